namespace Limner.Gateway.Families;

/// <summary>What a model of OpenAI's takes, or ours. Who names one of OpenAI's gets its limits; whatever the name, our model draws.</summary>
internal sealed record ModelFamily
{
    /// <summary>How sentences call it.</summary>
    public required string Name { get; init; }

    /// <summary>What <c>model</c> may be for it.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>Characters of a prompt.</summary>
    public required int LongestPrompt { get; init; }

    public int MostImages { get; init; } = 10;

    public required SizeRule Sizes { get; init; }

    /// <summary>What <c>quality</c> may be.</summary>
    public required IReadOnlyList<string> Qualities { get; init; }

    /// <summary>Parameters of a generation that not every family has.</summary>
    public required IReadOnlyList<string> Parameters { get; init; }

    /// <summary>Whether pictures are encoded in the answer where nothing else is asked for; otherwise it has addresses.</summary>
    public bool AnswersInBase64 { get; init; }

    public bool Streams { get; init; }

    /// <summary>Whether the answer has the prompt that was drawn even where that is the one that was asked for.</summary>
    public bool RepeatsPrompts { get; init; }

    /// <summary>Whether short prompts are filled in.</summary>
    public bool RevisesPrompts { get; init; }

    /// <summary>What can be edited with it; null if nothing can.</summary>
    public EditRule? Edits { get; init; }

    /// <summary>Whether variations can be made with it.</summary>
    public bool Varies { get; init; }
}

/// <summary>The pictures that an edit takes.</summary>
/// <param name="MostImages">How many at once.</param>
/// <param name="OnlySquarePng">Whether each has to be a square PNG.</param>
internal sealed record EditRule(int MostImages, bool OnlySquarePng);
