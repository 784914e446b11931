using Limner.Diffusion.Editing;
using Limner.Diffusion.Unclip;

namespace Limner.Diffusion.Tests.Unclip;

public sealed class ConditioningFormatTests
{
    // Every kind of float that a copy could spoil: signed zeros, subnormals, infinities, NaNs with a payload.
    private static readonly float[] Awkward =
        [0, -0f, float.Epsilon, -1e-42f, float.MaxValue, float.NegativeInfinity, float.NaN, BitConverter.UInt32BitsToSingle(0x7FA12345), 0.1f, MathF.PI];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_bit_comes_back(bool guided)
    {
        Conditioning conditioning = Sample(guided);
        Conditioning read = ConditioningFormat.Read(ConditioningFormat.Write(conditioning));
        Assert.Equal(Bits(conditioning.ImageEmbedding), Bits(read.ImageEmbedding));
        AssertEqual(conditioning.Prompt, read.Prompt);
        Assert.Equal(guided, read.Unconditional is not null);
        if (guided)
        {
            AssertEqual(conditioning.Unconditional!, read.Unconditional!);
        }
    }

    [Fact]
    public void Equal_conditioning_gives_equal_bytes_and_they_are_hardly_more_than_the_arrays()
    {
        byte[] bytes = ConditioningFormat.Write(Sample(guided: true));
        Assert.Equal(bytes, ConditioningFormat.Write(Sample(guided: true)));
        int arrays = (4 * (10 + (2 * (10 + 40)))) + (2 * 5);
        Assert.InRange(bytes.Length, arrays, arrays + 64);
    }

    [Fact]
    public void Every_single_damaged_byte_is_noticed()
    {
        byte[] bytes = ConditioningFormat.Write(Sample(guided: true));
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 0x10;
            InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => ConditioningFormat.Read(bytes));
            Assert.Matches(@"^[^\n]+\.$", refusal.Message);
            bytes[i] ^= 0x10;
        }

        ConditioningFormat.Read(bytes);
    }

    [Fact]
    public void Every_shortened_and_every_lengthened_one_is_noticed()
    {
        byte[] bytes = ConditioningFormat.Write(Sample(guided: false));
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => ConditioningFormat.Read(bytes.AsSpan(0, length)));
        }

        Assert.Throws<InvalidDataException>(() => ConditioningFormat.Read([.. bytes, 0]));
    }

    [Fact]
    public void A_refusal_says_what_was_wrong()
    {
        string Refusal(byte[] bytes) => Assert.Throws<InvalidDataException>(() => ConditioningFormat.Read(bytes)).Message;
        Assert.Equal("These 3 bytes are not conditioning: they do not begin with LMNC and a header.", Refusal([1, 2, 3]));
        byte[] bytes = ConditioningFormat.Write(Sample(guided: false));
        bytes[4] = 9;
        Assert.Equal("The conditioning has version 9; version 1 is read.", Refusal(bytes));
        Assert.Contains("their digest is wrong", Refusal(ConditioningFormat.Write(Sample(guided: false))[..^1]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_changes_with_everything_that_the_conditioning_depends_on_and_with_nothing_else()
    {
        var request = new EncodeRequest { Prompt = "a fox", Seed = 7, PriorSteps = 25, PriorGuidance = 4, Guidance = 8, Candidates = 2 };
        string[] keys =
        [
            ConditioningKey.Of("m", "1", request, 0), ConditioningKey.Of("m", "2", request, 0), ConditioningKey.Of("n", "1", request, 0),
            ConditioningKey.Of("m", "1", request, 1), ConditioningKey.Of("m", "1", request with { Prompt = "a foxy" }, 0),
            ConditioningKey.Of("m", "1", request with { NegativePrompt = "blur" }, 0), ConditioningKey.Of("m", "1", request with { Seed = 8 }, 0),
            ConditioningKey.Of("m", "1", request with { PriorSteps = 24 }, 0), ConditioningKey.Of("m", "1", request with { PriorGuidance = 3 }, 0),
            ConditioningKey.Of("m", "1", request with { PriorGuidance = 1, Guidance = 1 }, 0), ConditioningKey.Of("m", "1", request with { PriorGuidance = 1 }, 0),
            ConditioningKey.Of("m", "1", request with { Strength = 0.5f }, 0), ConditioningKey.Of("m", "1", request with { Parts = [BlendPart.Of("a fox")] }, 0),
            ConditioningKey.Of("m", "1", request with { Parts = [BlendPart.Of("a fox", 2)] }, 0), ConditioningKey.Of("m", "1", request with { Parts = [BlendPart.Of(Black(2))] }, 0),
            ConditioningKey.Of("m", "1", request with { Parts = [BlendPart.Of(Black(1))] }, 0), ConditioningKey.Of("m", "1", request with { Style = new("a", "b") }, 0),
            ConditioningKey.Of("m", "1", request with { Style = new("a", "c") }, 0), ConditioningKey.Of("m", "1", request with { Style = new("a", "b", 2) }, 0),
        ];
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.All(keys, key => Assert.Matches("^conditioning:[0-9a-f]{64}$", key));
        Assert.Equal(keys[0], ConditioningKey.Of("m", "1", request with { Candidates = 9, FirstCandidate = 3, Guidance = 5, Deadline = DateTimeOffset.UnixEpoch }, 0));
    }

    private static SourceImage Black(int width) => new(width, 1, new byte[3 * width]);

    private static Conditioning Sample(bool guided) => new()
    {
        ImageEmbedding = Awkward,
        Prompt = Text(1, [true, true, false, false, false]),
        Unconditional = guided ? Text(2, [true, false, false, false, false]) : null,
    };

    private static TextEncoding Text(float scale, bool[] mask) =>
        new([.. Awkward.Select(value => value * scale)], [.. Enumerable.Range(0, 40).Select(i => (i - 20) * 0.37f * scale)], mask);

    private static void AssertEqual(TextEncoding expected, TextEncoding actual)
    {
        Assert.Equal(Bits(expected.Embedding), Bits(actual.Embedding));
        Assert.Equal(Bits(expected.States), Bits(actual.States));
        Assert.Equal(expected.Mask, actual.Mask);
    }

    private static int[] Bits(float[] values) => [.. values.Select(BitConverter.SingleToInt32Bits)];
}
