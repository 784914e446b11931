using System.Security.Claims;
using System.Text.Encodings.Web;
using Limner.Gateway.Errors;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Keys;

/// <summary><c>Authorization: Bearer lmn_…</c></summary>
internal sealed class KeyAuthentication(KeyDirectory keys, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
{
    public const string Name = "ApiKey";

    private const string Bearer = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        string header = Request.Headers.Authorization.ToString();
        // What asks for no key, such as health, has to answer when keys cannot be looked up.
        if (Context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is null || !header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return AuthenticateResult.NoResult();
        }

        if (await keys.FindAsync(header[Bearer.Length..].Trim(), Context.RequestAborted) is not { } caller)
        {
            return AuthenticateResult.Fail("unknown key");
        }

        Context.Features.Set(caller);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(Scheme.Name)), Scheme.Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        string message = Request.Headers.Authorization.Count == 0
            ? "No API key was given; send the header 'Authorization: Bearer lmn_…'."
            : "The API key is not known, was revoked or has expired; it begins with lmn_ and is sent as 'Authorization: Bearer lmn_…'.";
        return ErrorEnvelope.WriteAsync(Context, new ApiException(StatusCodes.Status401Unauthorized, ErrorCode.InvalidApiKey, message));
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        string message = $"The API key lacks the scope '{string.Join("' or '", ScopeNames.Format(RouteScope.Of(Context)))}', which {Request.Method} {Request.Path} asks for.";
        return ErrorEnvelope.WriteAsync(Context, new ApiException(StatusCodes.Status403Forbidden, ErrorCode.InsufficientScope, message));
    }
}
