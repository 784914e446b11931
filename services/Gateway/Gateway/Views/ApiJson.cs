using System.Text.Json;
using System.Text.Json.Serialization;

namespace Limner.Gateway.Views;

/// <summary>How the API writes JSON: snake case, enumerations as words, nothing left out.</summary>
internal static class ApiJson
{
    public static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Configure(options);
        return options;
    }

    public static void Configure(JsonSerializerOptions options)
    {
        // Numbers are written as numbers, and the API's document says so.
        options.NumberHandling = JsonNumberHandling.Strict;
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
    }
}
