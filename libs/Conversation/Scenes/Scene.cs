namespace Limner.Conversation.Scenes;

/// <summary>One thing, or several alike; what is null was not said, so a model is free in it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Count">How many; null for several.</param>
/// <param name="Colour">Its colour.</param>
/// <param name="Size">Its size.</param>
internal sealed record Thing(string Kind, int? Count, string? Colour = null, string? Size = null);

/// <summary>What is behind the things: one colour, or from one to another, or a setting.</summary>
internal sealed record Backdrop(string From, string? To = null, bool IsSetting = false);

/// <summary>What a prompt says.</summary>
/// <param name="Things">In the order in which it names them.</param>
/// <param name="Place">How the first stands to the second; null if that is not said.</param>
/// <param name="Background">What is behind; null if that is not said.</param>
internal sealed record Scene(IReadOnlyList<Thing> Things, string? Place = null, Backdrop? Background = null);
