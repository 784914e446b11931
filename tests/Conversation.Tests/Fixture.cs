using System.Text.Json;

namespace Limner.Conversation.Tests;

internal static class Fixture
{
    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static T Read<T>(string name) => JsonSerializer.Deserialize<T>(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "fixtures", name)), SnakeCase)!;
}
