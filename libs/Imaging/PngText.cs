namespace Limner.Imaging;

/// <summary>One text of a PNG (PNG specification, 11.3.3).</summary>
/// <param name="Keyword">1 to 79 printable Latin-1 characters, without spaces at either end or two in a row.</param>
/// <param name="Text">Any text without U+0000. It is stored as tEXt if printable Latin-1 (and line feeds), otherwise as iTXt (UTF-8).</param>
public readonly record struct PngText(string Keyword, string Text);
