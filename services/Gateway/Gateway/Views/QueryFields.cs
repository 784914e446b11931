using System.Globalization;
using System.Text.Json;
using Limner.Gateway.Errors;
using Limner.Gateway.Submissions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Limner.Gateway.Views;

/// <summary>Reads a query string as strictly as a body: every parameter is known, given once and within its bounds, or one sentence says which is not.</summary>
internal sealed class QueryFields
{
    private readonly IQueryCollection _query;

    public QueryFields(IQueryCollection query, params string[] known)
    {
        foreach ((string name, StringValues values) in query)
        {
            if (!known.Contains(name))
            {
                throw ApiException.Invalid(ErrorCode.UnknownParameter, name, $"'{name}' is not known; there are {string.Join(", ", known)}.");
            }

            if (values.Count != 1)
            {
                throw ApiException.Invalid(ErrorCode.InvalidValue, name, $"{name} is given {values.Count} times; give it once.");
            }
        }

        _query = query;
    }

    public T? Choice<T>(string name)
        where T : struct, Enum
    {
        string[] words = [.. Enum.GetNames<T>().Select(value => value.ToLowerInvariant())];
        return Word(name, words) is { } word ? Enum.GetValues<T>()[Array.IndexOf(words, word)] : null;
    }

    public string? Word(string name, IReadOnlyList<string> words) =>
        _query[name] is not [{ } text] ? null
        : words.Contains(text) ? text : throw OutOfBounds(name, text, string.Join(", ", words));

    public DateTimeOffset? Time(string name) => Read(name, text => JsonFields.ParseTime(JsonSerializer.SerializeToElement(text)), "a time like 2030-01-31T12:00:00Z");

    /// <summary>How many entries a page is to have.</summary>
    public int Limit(int most = 100, int usual = 20) => Read("limit", text => ParseLimit(text, most), $"a whole number from 1 to {most}") ?? usual;

    public T? Read<T>(string name, Func<string, T?> parse, string range)
        where T : struct =>
        _query[name] is not [{ } text] ? null : parse(text) ?? throw OutOfBounds(name, text, range);

    private static int? ParseLimit(string text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) && limit >= 1 && limit <= most ? limit : null;

    private static ApiException OutOfBounds(string name, string text, string range) =>
        ApiException.Invalid(ErrorCode.InvalidValue, name, $"{name} is '{text}'; it has to be {range}.");
}
