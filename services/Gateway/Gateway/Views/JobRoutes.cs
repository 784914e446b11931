using Limner.Gateway.Errors;
using Limner.Gateway.EventStreams;
using Limner.Gateway.Keys;
using Limner.Gateway.Reference;
using Limner.Gateway.Submissions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Limner.Gateway.Views;

/// <summary><c>/v1/jobs</c></summary>
internal static class JobRoutes
{
    public static void MapJobs(this RouteGroupBuilder api)
    {
        api.MapPost("/jobs", SubmitJob.HandleAsync).Needs(Scopes.Generate)
            .Named("createJob", "Asks for pictures, drawn in the background; 202 means that the job is kept").Takes<JobBody>().IsRepeatable().IsAdmitted()
            .Fails(StatusCodes.Status404NotFound, ErrorCode.ImageNotFound, ErrorCode.FileNotFound).Fails(StatusCodes.Status400BadRequest, ErrorCode.InvalidImage, ErrorCode.ImageTooLarge, ErrorCode.InstructionNotUnderstood)
            .Fails(StatusCodes.Status408RequestTimeout, ErrorCode.UploadTimeout).Fails(StatusCodes.Status409Conflict, ErrorCode.FileLimitReached).Fails(StatusCodes.Status429TooManyRequests, ErrorCode.TooManyUploads)
            .Fails(StatusCodes.Status503ServiceUnavailable, ErrorCode.ConversationUnavailable);
        api.MapGet("/jobs", JobEndpoints.ListAsync).Needs(Scopes.Read).Named("listJobs", "Lists jobs, newest first").Filters<JobQuery>();
        api.MapGet("/jobs/{id}", JobEndpoints.GetAsync).Needs(Scopes.Read).Named("getJob", "Shows a job: its place in the queue, its step, or how it ended").Finds(ErrorCode.JobNotFound);
        api.MapDelete("/jobs/{id}", JobEndpoints.CancelAsync).Needs(Scopes.Generate).Named("cancelJob", "Cancels a job; one that is over stays as it is").Finds(ErrorCode.JobNotFound);
        api.MapPost("/jobs/{id}/retry", RetryJob.HandleAsync).Needs(Scopes.Generate).Named("retryJob", "Asks for a failed job again, as a new one with the same seed")
            .Finds(ErrorCode.JobNotFound).Fails(StatusCodes.Status409Conflict, ErrorCode.JobNotRetryable, ErrorCode.FileLimitReached).IsRepeatable().IsAdmitted();
        api.MapGet("/jobs/{id}/events", StreamEvents.HandleAsync).Needs(Scopes.Read)
            .Named("streamJobEvents", "What happens to a job, as server-sent events; 204 where all of it was told")
            .Hears("Last-Event-ID", "Goes on after this event.").Finds(ErrorCode.JobNotFound).Fails(StatusCodes.Status400BadRequest, ErrorCode.InvalidValue)
            .Fails(StatusCodes.Status429TooManyRequests, ErrorCode.TooManyStreams)
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream").Produces(StatusCodes.Status204NoContent);
    }

    /// <summary>It makes a job, for which there has to be a model that can do it, room, a quota and somewhere to keep its pictures.</summary>
    public static RouteHandlerBuilder IsAdmitted(this RouteHandlerBuilder route) => route
        .Fails(StatusCodes.Status400BadRequest, ErrorCode.SigningSecretMissing, ErrorCode.UnknownAdapter, ErrorCode.PromptTooLong).Fails(StatusCodes.Status403Forbidden, ErrorCode.WebhooksNotConfigured)
        .Fails(StatusCodes.Status429TooManyRequests, ErrorCode.QueueFull, ErrorCode.InsufficientQuota).Fails(StatusCodes.Status503ServiceUnavailable, ErrorCode.StorageUnavailable);
}
