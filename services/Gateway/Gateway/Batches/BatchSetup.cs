using Limner.Gateway.Errors;
using Limner.Gateway.Files;
using Limner.Gateway.Keys;
using Limner.Gateway.Reference;
using Limner.ServiceDefaults.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
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
        services.AddSingleton<BatchInput>().AddSingleton<BatchLedger>().AddSingleton<BatchValidation>().AddSingleton<BatchDrafts>().AddSingleton<BatchFeed>().AddSingleton<BatchResults>().AddSingleton<BatchWork>();
    }

    public static void MapBatches(this RouteGroupBuilder api)
    {
        api.MapPost("/files", UploadFile.HandleAsync).Needs(Scopes.Generate).Named("uploadFile", "Uploads the requests of a batch")
            .Takes<FileBody>("multipart/form-data").IsRepeatable().Produces<FileView>().Fails(StatusCodes.Status400BadRequest, ErrorCode.InvalidForm)
            .Fails(StatusCodes.Status408RequestTimeout, ErrorCode.UploadTimeout).Fails(StatusCodes.Status409Conflict, ErrorCode.FileLimitReached)
            .Fails(StatusCodes.Status429TooManyRequests, ErrorCode.TooManyUploads)
            .Fails(StatusCodes.Status503ServiceUnavailable, ErrorCode.StorageUnavailable);
        api.MapGet("/files", FileEndpoints.ListAsync).Needs(Scopes.Read).Named("listFiles", "Lists files, newest first").Filters<FileQuery>();
        api.MapGet("/files/{id}", FileEndpoints.GetAsync).Needs(Scopes.Read).Named("getFile", "Shows a file").Finds(ErrorCode.FileNotFound);
        api.MapGet("/files/{id}/content", FileEndpoints.ReadAsync).Needs(Scopes.Read).Named("downloadFile", "Gives a file back")
            .Produces<string>(StatusCodes.Status200OK, "application/jsonl").Finds(ErrorCode.FileNotFound).Fails(StatusCodes.Status503ServiceUnavailable, ErrorCode.StorageUnavailable);
        api.MapHead("/files/{id}/content", FileEndpoints.ReadAsync).Needs(Scopes.Read);
        api.MapDelete("/files/{id}", FileEndpoints.DeleteAsync).Needs(Scopes.Generate).Named("deleteFile", "Removes a file")
            .Finds(ErrorCode.FileNotFound).Fails(StatusCodes.Status409Conflict, ErrorCode.FileInUse).Fails(StatusCodes.Status503ServiceUnavailable, ErrorCode.StorageUnavailable);
        api.MapPost("/batches", CreateBatch.HandleAsync).Needs(Scopes.Generate).Named("createBatch", "Has the requests of a file drawn within 24 hours")
            .Takes<BatchBody>().IsRepeatable().Produces<BatchView>().Fails(StatusCodes.Status400BadRequest, ErrorCode.FileNotFound)
            .Fails(StatusCodes.Status429TooManyRequests, ErrorCode.TooManyBatches);
        api.MapGet("/batches", BatchEndpoints.ListAsync).Needs(Scopes.Read).Named("listBatches", "Lists batches, newest first").Filters<BatchQuery>();
        api.MapGet("/batches/{id}", BatchEndpoints.GetAsync).Needs(Scopes.Read).Named("getBatch", "Shows a batch: how far it is, and its files").Finds(ErrorCode.BatchNotFound);
        api.MapPost("/batches/{id}/cancel", BatchEndpoints.CancelAsync).Needs(Scopes.Generate).Named("cancelBatch", "Cancels a batch; what is done stays done")
            .Finds(ErrorCode.BatchNotFound).Fails(StatusCodes.Status409Conflict, ErrorCode.BatchIsOver);
    }
}
