using Limner.Gateway.Errors;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Reference;

/// <summary>What any route may answer, by what it is.</summary>
internal static class CommonErrors
{
    public static IReadOnlyList<PossibleError> OfAll { get; } =
    [
        new(StatusCodes.Status500InternalServerError, [ErrorCode.InternalError]),
        new(StatusCodes.Status503ServiceUnavailable, [ErrorCode.DatabaseUnavailable]),
    ];

    public static IReadOnlyList<PossibleError> OfKeys { get; } =
    [
        new(StatusCodes.Status401Unauthorized, [ErrorCode.InvalidApiKey]),
        new(StatusCodes.Status403Forbidden, [ErrorCode.InsufficientScope]),
        new(StatusCodes.Status429TooManyRequests, [ErrorCode.RateLimitExceeded]),
    ];

    public static IReadOnlyList<PossibleError> OfBodies { get; } =
    [
        new(StatusCodes.Status400BadRequest, [ErrorCode.InvalidJson, ErrorCode.InvalidType, ErrorCode.InvalidValue, ErrorCode.MissingParameter, ErrorCode.UnknownParameter]),
        new(StatusCodes.Status413PayloadTooLarge, [ErrorCode.BodyTooLarge]),
        new(StatusCodes.Status415UnsupportedMediaType, [ErrorCode.UnsupportedMediaType]),
    ];

    public static IReadOnlyList<PossibleError> OfQueries { get; } = [new(StatusCodes.Status400BadRequest, [ErrorCode.InvalidValue, ErrorCode.UnknownParameter])];
}
