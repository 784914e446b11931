using System.Text;
using Limner.Moderation.Folding;

namespace Limner.Moderation.Tests.Folding;

public sealed class FoldedTextTests
{
    [Theory]
    [InlineData("Abc XYZ", "abc xyz")]
    [InlineData("ａｂｃ ＡＢＣ", "abc abc")]
    [InlineData("𝐚𝑏𝒄 𝕬𝗕𝙲", "abc abc")]
    [InlineData("àéîõü ÀÉÎÕÜ Łø", "aeiou aeiou lo")]
    [InlineData("a\u0300e\u0301", "ae")]
    [InlineData("сереха СЕРЕХА", "cepexa cepexa")]
    [InlineData("αβεικνορτυχ", "abeikvoptux")]
    [InlineData("ⓐ🅑🄲🇩⒠", "abcde")]
    [InlineData("ﬁ ﬃ ß æ ĳ", "fi ffi ss ae ij")]
    [InlineData("٣ ३ ３ 𝟛", "3 3 3 3")]
    [InlineData("a\u200Bb\u200Dc\u00ADd\uFEFFe\u2060f\u202Eg\u3164h\uFE0Fi\u0000j", "abcdefghij")]
    [InlineData("a\u00A0b\u2003c\u3000d\u2028e\tf\n g", "a b c d e f g")]
    [InlineData("aaaaaaa!!!!!!!   b", "aaa!!! b")]
    [InlineData("日本 裸体", "日本 裸体")]
    [InlineData("naked™", "naked™")]
    [InlineData("Ꭺ Ꮯ", "a c")]
    public void Is_read_as(string text, string expected) => Assert.Equal(expected, Read(text));

    [Fact]
    public void Letters_outside_the_first_plane_end_words() => Assert.Equal("a\uFFFFb", Read("a\U00020000b"));

    [Fact]
    public void Half_a_character_is_a_sign() => Assert.Equal(SymbolKind.Sign, FoldedText.Of("\uD800")[0].Kind);

    // The reason for our own table; if this fails one day, it may go.
    [Fact]
    public void The_framework_does_not_do_it_here() => Assert.Equal("ｓ", "ｓ".Normalize(NormalizationForm.FormKC));

    private static string Read(string text) => string.Concat(FoldedText.Of(text).Select(symbol => symbol.Character));
}
