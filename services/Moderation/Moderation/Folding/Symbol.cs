namespace Limner.Moderation.Folding;

/// <summary>What a character of a folded text is.</summary>
internal enum SymbolKind
{
    Letter,
    Digit,
    Sign,
    Space,
}

/// <summary>A character of a folded text: a Latin small letter or digit where it looks like one, otherwise itself.</summary>
internal readonly record struct Symbol(char Character, SymbolKind Kind)
{
    public bool IsWord => Kind is SymbolKind.Letter or SymbolKind.Digit;

    /// <summary>Letters that this symbol may be meant for, itself included: "0" is 0 and o.</summary>
    public string Readings => Leetspeak.Readings(Character);

    /// <summary>Whether it stands for a letter in words and for little else; digits stand for themselves far more often.</summary>
    public bool IsCertain => Kind == SymbolKind.Letter || Character is '@' or '$';
}
