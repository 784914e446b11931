using System.Text;
using System.Text.Json;
using Limner.Gateway.Views;

namespace Limner.Gateway.Tests.Views;

public sealed class ApiJsonTests
{
    [Fact]
    public void What_is_copied_from_a_terminal_is_what_it_says()
    {
        const string Text = "whsec_a+b/c= ?format=png&quality=100 it's ein Büro";
        Assert.Equal($"\"{Text}\"", JsonSerializer.Serialize(Text, ApiJson.Create()));
        using var pieces = new MemoryStream();
        using (var json = new Utf8JsonWriter(pieces, ApiJson.Pieces))
        {
            json.WriteStringValue(Text);
        }

        Assert.Equal($"\"{Text}\"", Encoding.UTF8.GetString(pieces.ToArray()));
    }
}
