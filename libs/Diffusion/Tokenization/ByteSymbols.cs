namespace Limner.Diffusion.Tokenization;

/// <summary>
/// GPT-2's printable stand-ins for the 256 byte values, which vocab.json and merges.txt are written in: printable Latin-1 characters
/// stand for themselves, the others for the characters from U+0100 on, in order.
/// </summary>
internal static class ByteSymbols
{
    private static readonly char[] Symbols = MakeSymbols();

    public static char Of(byte value) => Symbols[value];

    /// <summary>The byte that a symbol stands for, or -1.</summary>
    public static int Byte(char symbol) => Array.IndexOf(Symbols, symbol);

    private static char[] MakeSymbols()
    {
        char[] symbols = new char[256];
        int replaced = 0;
        for (int value = 0; value < symbols.Length; value++)
        {
            bool printable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            symbols[value] = printable ? (char)value : (char)(256 + replaced++);
        }

        return symbols;
    }
}
