using Limner.Gateway.Catalogue;
using Limner.Gateway.Edits;
using Limner.Gateway.Errors;
using Limner.Gateway.Images;
using Limner.Gateway.Keys;
using Limner.Gateway.Moderations;
using Limner.Gateway.Reference;
using Limner.Gateway.Uploads;
using Limner.Gateway.Variations;
using Limner.Gateway.Views;
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
        services.AddSingleton<Attendance>().AddSingleton<JobEnd>().AddSingleton<WatchedJobs>().AddSingleton<UnfinishedRequests>().AddSingleton<SynchronousJobs>();
        services.AddSingleton<MadeFiles>().AddSingleton<Previews>().AddSingleton<ImageFiles>().AddSingleton<AddressSigner>().AddSingleton<ImageLinks>();
        services.AddSingleton<GenerationAnswer>().AddSingleton<GenerationStream>().AddSingleton<ImagesReply>().AddSingleton<PictureRequests>();
    }

    public static void MapImagesApi(this RouteGroupBuilder api)
    {
        api.MapPost("/images/generations", CreateGeneration.HandleAsync).Needs(Scopes.Generate).Named("createImage", "Pictures from a prompt, when they are done or as a stream")
            .Takes<GenerationBody>("application/json", "multipart/form-data").IsRepeatable().IsAdmitted().AnswersWithPictures().Streams();
        api.MapPost("/images/edits", CreateEdit.HandleAsync).Needs(Scopes.Generate).Named("createImageEdit", "Pictures made of others and a prompt, when they are done or as a stream")
            .Takes<EditBody>("application/json").Takes<EditForm>("multipart/form-data").IsRepeatable().IsAdmitted().AnswersWithPictures().Streams().TakesPictures();
        api.MapPost("/images/variations", CreateVariation.HandleAsync).Needs(Scopes.Generate).Named("createImageVariation", "Pictures like another, when they are done")
            .Takes<VariationBody>("application/json").Takes<VariationForm>("multipart/form-data").IsRepeatable().IsAdmitted().AnswersWithPictures().TakesPictures();
        api.MapGet("/images/{id}", GetImage.HandleAsync).Needs(Scopes.Read).Named("getImage", "The PNG of an approved picture, or where the store has it")
            .Produces<Stream>(StatusCodes.Status200OK, "image/png").Produces(StatusCodes.Status302Found)
            .Finds(ErrorCode.ImageNotFound).Fails(StatusCodes.Status503ServiceUnavailable, ErrorCode.StorageUnavailable);
        api.MapHead("/images/{id}", GetImage.HandleAsync).Needs(Scopes.Read);
        api.MapGet("/models", ModelEndpoints.List).Needs(Scopes.Read | Scopes.Generate).Named("listModels", "Lists the names that model may have");
        api.MapGet("/models/{id}", ModelEndpoints.Get).Needs(Scopes.Read | Scopes.Generate).Named("getModel", "Shows a model")
            .Finds(ErrorCode.ModelNotFound).Fails(StatusCodes.Status503ServiceUnavailable, ErrorCode.ModelsUnavailable);
        api.MapPost("/moderations", CreateModeration.HandleAsync).Needs(Scopes.Generate).Named("createModeration", "What the prompt policy says of texts")
            .Takes<ModerationBody>().Fails(StatusCodes.Status503ServiceUnavailable, ErrorCode.ModerationUnavailable);
        // Its signature is its key.
        api.MapGet("/images/{id}/file", GetSignedImage.HandleAsync).AllowAnonymous().Named("getSignedImage", "A picture, for whoever has its signed address").Filters<ImageAddressQuery>()
            .Produces<Stream>(StatusCodes.Status200OK, "image/png", "image/jpeg", "image/webp").Fails(StatusCodes.Status403Forbidden, ErrorCode.InvalidSignature)
            .Finds(ErrorCode.ImageNotFound).Fails(StatusCodes.Status503ServiceUnavailable, ErrorCode.StorageUnavailable);
        api.MapHead("/images/{id}/file", GetSignedImage.HandleAsync).AllowAnonymous();
    }

    private static RouteHandlerBuilder AnswersWithPictures(this RouteHandlerBuilder route) => route
        .Produces<GenerationResult>(StatusCodes.Status200OK, "application/json", "text/event-stream")
        .Fails(StatusCodes.Status400BadRequest, ErrorCode.InvalidForm, ErrorCode.ContentPolicyViolation).Finds(ErrorCode.ModelNotFound)
        .Fails(StatusCodes.Status410Gone, ErrorCode.JobCancelled).Fails(StatusCodes.Status503ServiceUnavailable, ErrorCode.ModelsUnavailable)
        .Fails(StatusCodes.Status504GatewayTimeout, ErrorCode.JobStillRunning);

    private static RouteHandlerBuilder Streams(this RouteHandlerBuilder route) => route.Fails(StatusCodes.Status429TooManyRequests, ErrorCode.TooManyStreams);

    private static RouteHandlerBuilder TakesPictures(this RouteHandlerBuilder route) => route
        .Fails(StatusCodes.Status400BadRequest, ErrorCode.InvalidImage, ErrorCode.ImageTooLarge)
        .Fails(StatusCodes.Status408RequestTimeout, ErrorCode.UploadTimeout).Fails(StatusCodes.Status409Conflict, ErrorCode.FileLimitReached)
        .Fails(StatusCodes.Status429TooManyRequests, ErrorCode.TooManyUploads);
}
