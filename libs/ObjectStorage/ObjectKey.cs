using System.Buffers;

namespace Limner.ObjectStorage;

/// <summary>What a key may be: the same for every store, so that what one takes the other takes, and nothing leads out of a folder.</summary>
internal static class ObjectKey
{
    private const int LongestKey = 512;
    private const int LongestName = 200;
    private const string Rule = "A key is names joined by '/', each of at most 200 letters A-Z or a-z, digits, '.', '_' and '-' and not beginning with '.'; 512 characters in all.";

    private static readonly SearchValues<char> Characters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    public static bool IsValid(ReadOnlySpan<char> key)
    {
        if (key.Length > LongestKey)
        {
            return false;
        }

        foreach (Range name in key.Split('/'))
        {
            if (!IsName(key[name]))
            {
                return false;
            }
        }

        return true;
    }

    public static void Check(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (!IsValid(key))
        {
            throw new ArgumentException($"'{key}' is no key of an object. {Rule}", nameof(key));
        }
    }

    /// <summary>A prefix is a key whose last name may be unfinished or empty.</summary>
    public static void CheckPrefix(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        if (prefix.Length > 0 && !IsValid(prefix.EndsWith('/') ? prefix[..^1] : prefix))
        {
            throw new ArgumentException($"'{prefix}' begins no key of an object. {Rule}", nameof(prefix));
        }
    }

    private static bool IsName(ReadOnlySpan<char> name) =>
        name.Length is > 0 and <= LongestName && name[0] != '.' && !name.ContainsAnyExcept(Characters);
}
