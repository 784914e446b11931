namespace Limner.Moderation.Policy;

/// <summary>A term of a section, found from one symbol up to before another.</summary>
internal readonly record struct Hit(int Section, int Start, int End);
