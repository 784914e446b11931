using Limner.Gateway.Errors;

namespace Limner.Gateway.Batches;

/// <summary>What is wrong with a batch's file, or with one line of it, counted from 1.</summary>
internal sealed record BatchError(string Code, string Message, string? Param, int? Line)
{
    public static BatchError Of(ApiException problem, int line) => new(problem.Code, problem.Message, problem.Parameter, line);
}
