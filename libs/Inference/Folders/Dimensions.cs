using System.Globalization;

namespace Limner.Inference.Folders;

/// <summary>
/// The sizes that a model's files have to agree on, by name. Dimensions are written <c>batch,77,E</c>: <c>batch</c> must be
/// dynamic, a number must be met, and a name takes the first static size found for it, which every later one must equal. A dynamic
/// dimension agrees with every number and name.
/// </summary>
internal sealed class Dimensions
{
    private readonly Dictionary<string, (int Size, string Where)> _known = [];

    public int this[string name] => _known.TryGetValue(name, out (int Size, string Where) known) ? known.Size : 0;

    public void Set(string name, int size, string where) => _known.TryAdd(name, (size, where));

    /// <summary>Where a size comes from.</summary>
    public string Origin(string name) => $"as in {_known[name].Where}";

    /// <summary>Compares a tensor's dimensions; null if they agree, else where the expectation comes from (may be empty).</summary>
    public string? Unify(string pattern, int[] actual, string where)
    {
        string[] names = pattern.Split(',');
        if (names.Length != actual.Length)
        {
            return "";
        }

        for (int i = 0; i < names.Length; i++)
        {
            if (names[i] == "batch" ? actual[i] >= 0 : actual[i] >= 0 && Expected(names[i], actual[i], where) != actual[i])
            {
                return _known.TryGetValue(names[i], out (int Size, string Where) known) ? $"{known.Size} by {known.Where}" : "";
            }
        }

        return null;
    }

    /// <summary>The pattern with the sizes known so far.</summary>
    public string Describe(string pattern) =>
        string.Join(',', pattern.Split(',').Select(name => _known.TryGetValue(name, out (int Size, string Where) known) ? $"{known.Size}" : name));

    private int Expected(string name, int actual, string where)
    {
        if (int.TryParse(name, CultureInfo.InvariantCulture, out int number))
        {
            return number;
        }

        Set(name, actual, where);
        return this[name];
    }
}
