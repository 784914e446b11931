using System.Globalization;
using System.Text.Json;
using Limner.Gateway.Errors;

namespace Limner.Gateway.Submissions;

/// <summary>Reads an object strictly: every field is known, of its type and within its bounds, or one sentence says which is not. Null is the same as absent.</summary>
internal sealed class JsonFields
{
    private readonly JsonElement _object;

    public JsonFields(JsonElement root, params string[] known)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw ApiException.Invalid(ErrorCode.InvalidType, null, "The body has to be a JSON object.");
        }

        foreach (JsonProperty field in root.EnumerateObject())
        {
            if (!known.Contains(field.Name))
            {
                throw ApiException.Invalid(ErrorCode.UnknownParameter, field.Name, $"'{field.Name}' is not known; there are {string.Join(", ", known)}.");
            }
        }

        _object = root;
    }

    /// <summary>Names of the fields that are there and not null.</summary>
    public IEnumerable<string> Names => _object.EnumerateObject().Where(given => given.Value.ValueKind != JsonValueKind.Null).Select(given => given.Name);

    /// <summary>Whether the field is there, null or not: of a change, null is a value too.</summary>
    public bool IsGiven(string name) => _object.TryGetProperty(name, out _);

    public string? Text(string name, int most) => Find(name, "text", JsonValueKind.String) is { } value ? Check(name, value.GetString()!, most) : null;

    /// <summary>The field that says what to draw; it cannot be left out.</summary>
    public string Prompt(int most) =>
        Text("prompt", most) is not { } prompt ? throw ApiException.Invalid(ErrorCode.MissingParameter, "prompt", "prompt is missing; say what to draw.")
        : string.IsNullOrWhiteSpace(prompt) ? throw ApiException.Invalid(ErrorCode.InvalidValue, "prompt", "prompt is empty; say what to draw.")
        : prompt;

    /// <summary>A text that stands for a picture, which may be as long as the body.</summary>
    public string? PictureText(string name) => Find(name, "the id of a file or an image, or a data URL", JsonValueKind.String)?.GetString();

    /// <summary>An object inside this one.</summary>
    public JsonFields? Object(string name, params string[] known) => Find(name, "an object", JsonValueKind.Object) is { } value ? new JsonFields(value, known) : null;

    /// <summary>A list of objects; none if the field is not there.</summary>
    public IReadOnlyList<JsonFields> Objects(string name, int most, params string[] known) =>
        Find(name, "a list of objects", JsonValueKind.Array) is not { } value ? []
        : value.GetArrayLength() is var count && count > most
            ? throw ApiException.Invalid(ErrorCode.InvalidValue, name, string.Create(CultureInfo.InvariantCulture, $"{name} has {count} entries; it may have {most}."))
        : [.. value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Object ? new JsonFields(item, known)
            : throw ApiException.Invalid(ErrorCode.InvalidType, name, $"{name} has {Kind(item)} in it; it has to be a list of objects."))];

    public bool? Flag(string name) => Find(name, "true or false", JsonValueKind.True, JsonValueKind.False)?.GetBoolean();

    public int? Whole(string name, int least, int most)
    {
        string range = least == most ? $"{most}" : string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}");
        return Find(name, range, JsonValueKind.Number) is not { } value ? null
            : value.TryGetInt32(out int number) && number >= least && number <= most ? number : throw OutOfBounds(name, value, range);
    }

    public ulong? Unsigned(string name)
    {
        string range = string.Create(CultureInfo.InvariantCulture, $"a whole number from 0 to {ulong.MaxValue}");
        return Find(name, range, JsonValueKind.Number) is not { } value ? null
            : value.TryGetUInt64(out ulong number) ? number : throw OutOfBounds(name, value, range);
    }

    public float? Number(string name, float least, float most)
    {
        string range = string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}");
        return Find(name, range, JsonValueKind.Number) is not { } value ? null
            : value.TryGetSingle(out float number) && number >= least && number <= most ? number : throw OutOfBounds(name, value, range);
    }

    public IReadOnlyList<string>? Texts(string name, int most, int longest)
    {
        if (Find(name, "a list of texts", JsonValueKind.Array) is not { } value)
        {
            return null;
        }

        int count = value.GetArrayLength();
        return count > most
            ? throw ApiException.Invalid(ErrorCode.InvalidValue, name, string.Create(CultureInfo.InvariantCulture, $"{name} has {count} entries; it may have {most}."))
            : [.. value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String
                ? Check(name, item.GetString()!, longest)
                : throw ApiException.Invalid(ErrorCode.InvalidType, name, $"{name} has {Kind(item)} in it; it has to be a list of texts."))];
    }

    public string? Choice(string name, IReadOnlyList<string> choices)
    {
        string range = choices.Count == 1 ? choices[0] : $"{string.Join(", ", choices.SkipLast(1))} or {choices[^1]}";
        return Find(name, range, JsonValueKind.String) is not { } value ? null
            : choices.Contains(value.GetString()!) ? value.GetString() : throw OutOfBounds(name, value, range);
    }

    public DateTimeOffset? Time(string name)
    {
        const string Form = "a time like 2030-01-31T12:00:00Z";
        return Find(name, Form, JsonValueKind.String) is not { } value ? null
            : ParseTime(value) ?? throw OutOfBounds(name, value, Form);
    }

    /// <returns>A day and a time of it with an offset, in UTC; null for anything else: whose noon it is, nobody has to guess.</returns>
    public static DateTimeOffset? ParseTime(JsonElement value) =>
        value.TryGetDateTimeOffset(out DateTimeOffset time) && value.GetString() is { } text && text.IndexOf('T', StringComparison.Ordinal) is > 0 and var middle
        && (text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > middle) ? time.ToUniversalTime() : null;

    public IReadOnlyDictionary<string, string> Pairs(string name, int most, int longestKey, int longestValue)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Find(name, "an object of texts", JsonValueKind.Object) is not { } value)
        {
            return pairs;
        }

        foreach (JsonProperty pair in value.EnumerateObject())
        {
            string field = $"{name}.{pair.Name}";
            pairs[Check(field, pair.Name, longestKey)] = pair.Value.ValueKind == JsonValueKind.String
                ? Check(field, pair.Value.GetString()!, longestValue)
                : throw ApiException.Invalid(ErrorCode.InvalidType, field, $"{field} is {Kind(pair.Value)}; it has to be text.");
        }

        return pairs.Count <= most ? pairs
            : throw ApiException.Invalid(ErrorCode.InvalidValue, name, string.Create(CultureInfo.InvariantCulture, $"{name} has {pairs.Count} entries; it may have {most}."));
    }

    private JsonElement? Find(string name, string range, params ReadOnlySpan<JsonValueKind> kinds) =>
        !_object.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null ? null
        : kinds.Contains(value.ValueKind) ? value
        : throw ApiException.Invalid(ErrorCode.InvalidType, name, $"{name} is {Kind(value)}; it has to be {range}.");

    private static string Check(string name, string text, int most) =>
        text.Length > most
            ? throw ApiException.Invalid(ErrorCode.InvalidValue, name, string.Create(CultureInfo.InvariantCulture, $"{name} has {text.Length} characters; it may have {most}."))
        // PostgreSQL's text cannot hold it.
        : text.Contains('\0') ? throw ApiException.Invalid(ErrorCode.InvalidValue, name, $"{name} contains the character U+0000; leave it out.")
        : text;

    private static ApiException OutOfBounds(string name, JsonElement value, string range)
    {
        string given = value.GetRawText();
        return ApiException.Invalid(ErrorCode.InvalidValue, name, $"{name} is {(given.Length > 40 ? given[..40] + "…" : given)}; it has to be {range}.");
    }

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        JsonValueKind.Array => "a list",
        _ => "an object",
    };
}
