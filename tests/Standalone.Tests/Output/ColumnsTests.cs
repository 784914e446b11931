using Limner.Standalone.Output;

namespace Limner.Standalone.Tests.Output;

public sealed class ColumnsTests
{
    [Theory]
    [InlineData("a fox", "a fox")]
    [InlineData("a red fox", "a re…")]
    [InlineData("fox🦊🦊", "fox…")]
    [InlineData("fo🦊fox", "fo🦊…")]
    public void A_long_text_ends_with_an_ellipsis_and_never_within_a_character(string text, string expected) => Assert.Equal(expected, Columns.Shorten(text, 5));
}
