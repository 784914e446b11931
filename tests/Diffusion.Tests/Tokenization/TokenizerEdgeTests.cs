using System.Text;
using Limner.Diffusion.Tokenization;
using Limner.Fixtures;

namespace Limner.Diffusion.Tests.Tokenization;

public sealed class TokenizerEdgeTests
{
    private static readonly ClipTokenizer Tokenizer = ClipTokenizer.Load(ReferenceFolder.Path("clip_tokenizer_hf"));

    [Theory]
    [InlineData("")]
    [InlineData(" \t\r\n\u3000")]
    public void Nothing_but_space_is_start_end_and_padding(string text)
    {
        (long[] ids, bool[] mask) = (new long[77], new bool[77]);
        Assert.Empty(Tokenizer.Encode(text));
        Assert.Equal(2, Tokenizer.Pad(text, ids, mask));
        Assert.Equal([49406, .. Enumerable.Repeat(49407L, 76)], ids);
        Assert.Equal(2, mask.Count(on => on));
    }

    // Numbers, because attributes are stored in UTF-8 and could not hold the halves.
    [Theory]
    [InlineData(0xD800)]
    [InlineData(0xDC00)]
    public void Half_a_surrogate_pair_is_the_replacement_character(int half) =>
        Assert.Equal(Tokenizer.Encode("a\uFFFDb"), Tokenizer.Encode($"a{(char)half}b"));

    // Ratios of allocations, not of times: they grow as the work does and do not depend on what else the machine is doing.
    [Theory]
    [InlineData("a")]
    [InlineData("ab ")]
    [InlineData("!")]
    [InlineData("&amp;")]
    [InlineData("&a")]
    [InlineData("\u03A3'")]
    [InlineData("\U0001F600")]
    public void Long_texts_are_not_quadratic(string unit)
    {
        (string small, string large) = (Repeat(unit, 10_000), Repeat(unit, 80_000));
        Assert.NotEmpty(Tokenizer.Encode(small));
        (long bytesSmall, long bytesLarge) = (Allocated(small), Allocated(large));
        Assert.True(bytesLarge < 12 * bytesSmall, $"8 times the text allocated {(double)bytesLarge / bytesSmall:F1} times the memory");

        long start = TimeProvider.System.GetTimestamp();
        Tokenizer.Encode(Repeat(unit, 1_000_000));
        TimeSpan elapsed = TimeProvider.System.GetElapsedTime(start);
        Assert.True(elapsed < TimeSpan.FromSeconds(20), $"a million characters took {elapsed}; a quadratic method takes hours");
    }

    [Theory]
    [InlineData("vocab.json", "{ not json", "vocab.json: not valid JSON")]
    [InlineData("vocab.json", "[1]", "vocab.json: expected a JSON object")]
    [InlineData("vocab.json", "{\"a\":0,\"b\":0}", "must be 0 to 1, each once")]
    [InlineData("vocab.json", "{\"a\":\"x\"}", "the entry \"a\"")]
    [InlineData("merges.txt", "#version: 0.2\ni n\nonly", "line 3 is \"only\"; expected two symbols")]
    [InlineData("merges.txt", "#version: 0.2\ni zzzz", "line 2 needs the symbol \"zzzz\"")]
    [InlineData("merges.txt", "#version: 0.2\ni n\ni n", "line 3 repeats the merge")]
    [InlineData("tokenizer_config.json", "{\"model_max_length\":1e30}", "model_max_length must be a whole number")]
    [InlineData("tokenizer_config.json", "{\"model_max_length\":77,\"pad_token\":\"[PAD]\"}", "lacks \"[PAD]\"")]
    public void A_malformed_file_is_named_with_what_was_expected(string file, string content, string message)
    {
        using var folder = TokenizerFolder.Copy("unclip_tiny", "tokenizer");
        folder.Rewrite(file, _ => content);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => ClipTokenizer.Load(folder.Path));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains(folder.Path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        using var folder = TokenizerFolder.Copy("unclip_tiny", "tokenizer");
        File.Delete(System.IO.Path.Combine(folder.Path, "merges.txt"));
        Assert.Contains("merges.txt", Assert.Throws<InvalidDataException>(() => ClipTokenizer.Load(folder.Path)).Message, StringComparison.Ordinal);
    }

    private static string Repeat(string unit, int length) =>
        new StringBuilder(length + unit.Length).Insert(0, unit, length / unit.Length).ToString();

    private static long Allocated(string text)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Tokenizer.Encode(text);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
