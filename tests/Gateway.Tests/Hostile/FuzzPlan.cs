using System.Globalization;

namespace Limner.Gateway.Tests.Hostile;

/// <summary>How many inputs a fuzz test makes, and from which seed: LIMNER_FUZZ and LIMNER_FUZZ_SEED.</summary>
internal sealed record FuzzPlan(int Count, int Seed)
{
    private const int UsualCount = 5_000;

    /// <summary>The same inputs for everybody: what fails is the change, and not the day. Others by the variable.</summary>
    private const int UsualSeed = 1;

    public static FuzzPlan Read()
    {
        var plan = new FuzzPlan(Number("LIMNER_FUZZ") ?? UsualCount, Number("LIMNER_FUZZ_SEED") ?? UsualSeed);
        TestContext.Current.TestOutputHelper?.WriteLine($"{plan}");
        return plan;
    }

    /// <summary>The chance of one input: it is made again from the seed and its number, whatever ran beside it.</summary>
    public Random ChanceOf(int index) => new(SeedOf(index));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"LIMNER_FUZZ={Count} LIMNER_FUZZ_SEED={Seed}");

    // Not System.HashCode, whose seed differs from process to process.
    private int SeedOf(int index) => unchecked((int)((((uint)Seed * 2654435761u) ^ (uint)index) * 2246822519u));

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : null;
}
