using Limner.Moderation.Images;

namespace Limner.Moderation.Tests.Images;

public sealed class ConceptCheckerTests
{
    private static readonly Concept Sword = new("sword", "violence", [1, 0], 0.5f, 2);
    private static readonly Concept Skull = new("skull", "hate", [0, 1], 0, 1);
    private static readonly ConceptChecker Checker = new(new ConceptFile("1", 3, [Sword, Skull]));

    [Fact]
    public void A_score_is_the_greatest_over_the_cells_plus_the_bias()
    {
        Assert.Equal(2.5f, Checker.Score(Sword, [1, 9, 2, 9, -3, 9]));
        Assert.Equal(-0.5f, Checker.Score(Sword, [-1, 9, -2, 9, -3, 9]));
    }

    [Fact]
    public void One_cell_is_enough() => Assert.Same(Sword, Checker.Find([0, 0, 0, 0, 1.6f, 0]));

    [Fact]
    public void At_the_threshold_it_passes() => Assert.Null(Checker.Find([1.5f, 1, 0, 0, 0, 0]));

    [Fact]
    public void The_one_furthest_over_its_threshold_gives_the_verdict()
    {
        Assert.Same(Skull, Checker.Find([1.6f, 0, 0, 3, 0, 0]));
        Assert.Same(Sword, Checker.Find([9, 0, 0, 3, 0, 0]));
    }

    [Fact]
    public void One_cell_is_a_global_vector() =>
        Assert.Same(Sword, new ConceptChecker(new ConceptFile("1", 1, [Sword])).Find([1.6f, 0]));

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void An_embedding_that_is_no_number_is_not_approved(float value) =>
        Assert.Contains("broken", Assert.Throws<InvalidDataException>(() => Checker.Find([value, value, value, value, value, value])).Message, StringComparison.Ordinal);

    [Fact]
    public void One_cell_that_is_no_number_is_not_approved() => Assert.Throws<InvalidDataException>(() => Checker.Find([0, 0, float.NaN, 0, 0, 0]));

    [Fact]
    public void A_layer_sees_what_no_direction_does()
    {
        // |x - y| > 1: neither sign of either number alone says it
        ConceptChecker apart = new(new ConceptFile("1", 2, [new("apart", "violence", [1, 1], 0, 1)], new CellLayer([[1, -1], [-1, 1]], [0, 0])));
        Assert.NotNull(apart.Find([0, 0, 3, 1]));
        Assert.NotNull(apart.Find([0, 0, 1, 3]));
        Assert.Null(apart.Find([3, 3, -3, -3]));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_layer_hides_no_broken_embedding(float value)
    {
        ConceptChecker flat = new(new ConceptFile("1", 1, [new("flat", "violence", [1], 0, 1)], new CellLayer([[1, 1]], [0])));
        Assert.Throws<InvalidDataException>(() => flat.Find([value, 0]));
    }
}
