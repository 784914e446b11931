using Limner.Gateway.Files;
using Limner.Gateway.Keys;
using Limner.ServiceDefaults.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Batches;

/// <summary>Composes files and the batches that are made of them.</summary>
internal static class BatchSetup
{
    public static void AddBatches(this IServiceCollection services)
    {
        services.AddValidatedOptions<FileLimits>("Files");
        services.AddValidatedOptions<BatchOptions>("Batches");
        services.AddSingleton<FileBlocks>().AddSingleton<UploadFile>();
        services.AddSingleton<IBatchTarget, JobTarget>().AddSingleton<IBatchTarget, GenerationTarget>();
        services.AddSingleton<BatchInput>().AddSingleton<BatchLedger>().AddSingleton<BatchValidation>().AddSingleton<BatchFeed>().AddSingleton<BatchResults>().AddSingleton<BatchWork>();
    }

    public static void MapBatches(this RouteGroupBuilder api)
    {
        api.MapPost("/files", UploadFile.HandleAsync).Needs(Scopes.Generate);
        api.MapGet("/files", FileEndpoints.ListAsync).Needs(Scopes.Read);
        api.MapGet("/files/{id}", FileEndpoints.GetAsync).Needs(Scopes.Read);
        api.MapGet("/files/{id}/content", FileEndpoints.ReadAsync).Needs(Scopes.Read);
        api.MapDelete("/files/{id}", FileEndpoints.DeleteAsync).Needs(Scopes.Generate);
        api.MapPost("/batches", CreateBatch.HandleAsync).Needs(Scopes.Generate);
        api.MapGet("/batches", BatchEndpoints.ListAsync).Needs(Scopes.Read);
        api.MapGet("/batches/{id}", BatchEndpoints.GetAsync).Needs(Scopes.Read);
        api.MapPost("/batches/{id}/cancel", BatchEndpoints.CancelAsync).Needs(Scopes.Generate);
    }
}
