namespace Limner.Contracts.Moderation;

/// <summary>Why something was refused.</summary>
/// <param name="Category">A stable code a client can act on, e.g. <c>violence</c>.</param>
/// <param name="PolicyVersion">The version of the policy that refused it.</param>
public sealed record Verdict(string Category, string PolicyVersion);
