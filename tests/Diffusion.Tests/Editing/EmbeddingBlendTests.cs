using Limner.Diffusion.Editing;

namespace Limner.Diffusion.Tests.Editing;

public sealed class EmbeddingBlendTests
{
    private static readonly float[] Right = [3, 0, 0];
    private static readonly float[] Up = [0, 1, 0];

    [Fact]
    public void The_arc_goes_evenly_from_one_to_the_other()
    {
        Assert.Equal(Right, EmbeddingBlend.Between(Right, Up, 0));
        Assert.Equal(Up, EmbeddingBlend.Between(Right, Up, 1));
        float[] third = EmbeddingBlend.Between(Right, Up, 1 / 3.0);
        Assert.Equal(30, Math.Atan2(third[1], third[0]) * 180 / Math.PI, 1e-4);
        Assert.Equal(3 - (2 / 3.0), Math.Sqrt(third.Sum(value => value * value)), 1e-5);
        Assert.Equal(Right, EmbeddingBlend.Between(Right, Right, 0.4));
    }

    [Fact]
    public void Weights_count_by_their_share()
    {
        Assert.Equal(EmbeddingBlend.Between(Right, Up, 0.25), EmbeddingBlend.Mix([Right, Up], [3, 1]));
        Assert.Equal(Up, EmbeddingBlend.Mix([Right, Up, Right], [0, 2, 0]));
        float[] all = EmbeddingBlend.Mix([Right, Up, [0, 0, 2]], [1, 1, 1]);
        Assert.All(all, value => Assert.InRange(value, 0.5f, 2f));
    }

    [Fact]
    public void An_embedding_is_moved_by_the_difference_of_two_others_and_stays_where_they_agree() =>
        Assert.Equal([3, 2, 0.5f], EmbeddingBlend.Moved([3, 0, 0.5f], towards: [1, 4, 7], from: [1, 0, 7], weight: 0.5f));
}
