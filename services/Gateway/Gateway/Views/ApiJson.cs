using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Limner.Gateway.Views;

/// <summary>How the API writes JSON: snake case, enumerations as words, nothing left out.</summary>
internal static class ApiJson
{
    // A secret or an address is copied from a terminal as it stands there: its '+' and '&' are no escapes. It is never part of a page.
    private static readonly JavaScriptEncoder Letters = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>The same for what is written piece by piece.</summary>
    public static JsonWriterOptions Pieces { get; } = new() { Encoder = Letters };

    public static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Configure(options);
        return options;
    }

    public static void Configure(JsonSerializerOptions options)
    {
        options.Encoder = Letters;
        // Numbers are written as numbers, and the API's document says so.
        options.NumberHandling = JsonNumberHandling.Strict;
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.Converters.Add(new Instants());
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
    }

    /// <summary>Times in UTC with a Z: an offset's '+' is a space where a time is pasted into an address, and strict readers take nothing else.</summary>
    private sealed class Instants : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value.UtcDateTime);
    }
}
