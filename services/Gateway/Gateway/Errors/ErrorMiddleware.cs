using System.Diagnostics;
using Limner.Gateway.Database;
using Limner.Gateway.Files;
using Limner.ObjectStorage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Limner.Gateway.Errors;

/// <summary>Around everything: a request id on every response, and an envelope for whatever goes wrong, the routes that do not exist included.</summary>
internal sealed partial class ErrorMiddleware(ILogger<ErrorMiddleware> log) : IMiddleware
{
    private const string RequestId = "x-request-id";

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        string id = $"req_{Guid.CreateVersion7():N}";
        context.Response.Headers[RequestId] = id;
        Activity.Current?.SetTag("limner.request.id", id);
        try
        {
            await next(context);
            // Health checks and others answer with bodies of their own; only an empty refusal is given one.
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null })
            {
                await ErrorEnvelope.WriteAsync(context, Describe(context));
            }

            if (context.Response.StatusCode is >= 400 and < 500)
            {
                LogRefused(context.Request.Method, context.Request.Path, context.Response.StatusCode, id);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
        }
        catch (Exception fault) when (!context.Response.HasStarted)
        {
            ApiException problem = Translate(fault);
            // What the store has lost is no fault of the request's, though nothing is to be tried again.
            if (problem.Code == ErrorCode.InternalError || fault is FileContentException)
            {
                LogFailed(fault, context.Request.Method, context.Request.Path, problem.Code, id);
            }
            else if (problem.Status >= 500)
            {
                LogUnavailable(context.Request.Method, context.Request.Path, problem.Code, id, fault.GetBaseException().Message);
            }
            else
            {
                LogRefused(context.Request.Method, context.Request.Path, problem.Status, id, problem.Code, problem.Message);
            }

            context.Response.Clear();
            context.Response.Headers[RequestId] = id;
            await ErrorEnvelope.WriteAsync(context, problem);
        }
    }

    private static ApiException Translate(Exception fault) => fault switch
    {
        ApiException problem => problem,
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new ApiException(
            StatusCodes.Status413PayloadTooLarge, ErrorCode.BodyTooLarge, "The body is longer than this address takes."),
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } => new ApiException(
            StatusCodes.Status408RequestTimeout, ErrorCode.UploadTimeout, "The body came too slowly; send it faster, or less."),
        BadHttpRequestException bad => ApiException.Invalid(ErrorCode.InvalidValue, null, bad.Message),
        FileContentException => new ApiException(StatusCodes.Status404NotFound, ErrorCode.FileNotFound, "The content of the file is lost; upload it again."),
        ObjectStoreUnavailableException => ApiException.Unavailable(ErrorCode.StorageUnavailable, "The images cannot be reached just now; try again."),
        _ when DatabaseFaults.IsUnavailable(fault) => ApiException.Unavailable(ErrorCode.DatabaseUnavailable, "The jobs cannot be reached just now; nothing was accepted; try again."),
        _ => new ApiException(StatusCodes.Status500InternalServerError, ErrorCode.InternalError, "Limner itself failed; the request id finds it in the log."),
    };

    private static ApiException Describe(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => new ApiException(StatusCodes.Status404NotFound, ErrorCode.RouteNotFound, $"There is nothing at {context.Request.Path}."),
        StatusCodes.Status405MethodNotAllowed => new ApiException(
            StatusCodes.Status405MethodNotAllowed, ErrorCode.MethodNotAllowed, $"{context.Request.Path} does not take {context.Request.Method}; it takes {context.Response.Headers.Allow}."),
        StatusCodes.Status415UnsupportedMediaType => new ApiException(StatusCodes.Status415UnsupportedMediaType, ErrorCode.UnsupportedMediaType, "The body has to be application/json."),
        var status => new ApiException(status, status >= 500 ? ErrorCode.InternalError : ErrorCode.InvalidValue, "The request was refused."),
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed with {Code}, request id {Id}")]
    private partial void LogFailed(Exception fault, string method, string path, string code, string id);

    // Callers ask again and again while something is away, so that each is a line and no trace.
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} {Path} was answered {Code}, request id {Id}: {Reason}")]
    private partial void LogUnavailable(string method, string path, string code, string id, string reason);

    // Callers are told, and who runs the service may be asked by them.
    [LoggerMessage(Level = LogLevel.Debug, Message = "{Method} {Path} was refused with {Status}, request id {Id}: {Code}: {Reason}")]
    private partial void LogRefused(string method, PathString path, int status, string id, string code, string reason);

    // A missing key or scope and an unknown address have answered by themselves.
    [LoggerMessage(Level = LogLevel.Debug, Message = "{Method} {Path} was refused with {Status}, request id {Id}")]
    private partial void LogRefused(string method, PathString path, int status, string id);

    /// <summary>Puts the middleware before all others, whatever the host adds.</summary>
    internal sealed class First : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => application =>
        {
            application.UseMiddleware<ErrorMiddleware>();
            next(application);
        };
    }
}
