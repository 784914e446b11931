namespace Limner.Contracts.Edits;

/// <summary>What the meaning of a picture is moved by: the difference of two prompts.</summary>
/// <param name="Towards">Says what it is to be like.</param>
/// <param name="From">Says the same without that.</param>
/// <param name="Weight">How far it is moved, from 0: 1 is the whole difference.</param>
public sealed record EditStyle(string Towards, string From, float Weight);
