using Limner.Gateway.Catalogue;
using Limner.Gateway.Edits;
using Limner.Gateway.Images;
using Limner.Gateway.Keys;
using Limner.Gateway.Moderations;
using Limner.Gateway.Uploads;
using Limner.Gateway.Variations;
using Limner.Gateway.Waiting;
using Limner.ServiceDefaults.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Generations;

/// <summary>Composes what is OpenAI's API here.</summary>
internal static class ImagesApi
{
    public static void AddImagesApi(this IServiceCollection services)
    {
        services.AddValidatedOptions<ImagesOptions>("Images");
        services.AddValidatedOptions<UploadOptions>("Uploads");
        services.AddSingleton<ModelCatalogue>().AddSingleton<GenerationReader>().AddSingleton<EditReader>().AddSingleton<VariationReader>();
        services.AddSingleton<ImageRequestReader>();
        services.AddSingleton<Attendance>().AddSingleton<JobEnd>().AddSingleton<UnfinishedRequests>().AddSingleton<SynchronousJobs>();
        services.AddSingleton<ImageFiles>().AddSingleton<AddressSigner>().AddSingleton<ImageLinks>();
        services.AddSingleton<GenerationAnswer>().AddSingleton<GenerationStream>();
    }

    public static void MapImagesApi(this RouteGroupBuilder api)
    {
        api.MapPost("/images/generations", CreateGeneration.HandleAsync).Needs(Scopes.Generate);
        api.MapPost("/images/edits", CreateEdit.HandleAsync).Needs(Scopes.Generate);
        api.MapPost("/images/variations", CreateVariation.HandleAsync).Needs(Scopes.Generate);
        api.MapGet("/models", ModelEndpoints.List).Needs(Scopes.Read | Scopes.Generate);
        api.MapGet("/models/{id}", ModelEndpoints.Get).Needs(Scopes.Read | Scopes.Generate);
        api.MapPost("/moderations", CreateModeration.HandleAsync).Needs(Scopes.Generate);
        // Its signature is its key.
        api.MapGet("/images/{id}/file", GetSignedImage.HandleAsync).AllowAnonymous();
    }
}
