namespace Limner.Moderation.Policy;

/// <summary>Reads a policy file; README.md of this service describes its lines.</summary>
internal sealed class PolicyFile
{
    private const string Keys = "version, set, category, terms, allow or all of";

    private readonly string _name;
    private readonly List<string> _problems = [];
    private readonly List<PolicySection> _sections = [];
    private string? _version;

    private PolicyFile(string name) => _name = name;

    /// <exception cref="PolicyException">The file is missing, or lines of it cannot be understood.</exception>
    public static PromptPolicy Read(string path) =>
        File.Exists(path) ? Parse(Path.GetFileName(path), ReadLines(path))
            : throw new PolicyException([$"There is no policy file {path}; Moderation:PolicyFile names one."]);

    /// <exception cref="PolicyException">Lines cannot be understood.</exception>
    public static PromptPolicy Parse(string name, IEnumerable<string> lines)
    {
        var file = new PolicyFile(name);
        int number = 0;
        foreach (string line in lines)
        {
            file.ReadLine(line.Trim(), ++number);
        }

        file.CheckWhole();
        return file._problems.Count == 0 ? new PromptPolicy(file._version!, file._sections) : throw new PolicyException(file._problems);
    }

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new PolicyException([$"The policy file {path} cannot be read: {problem.Message}"]);
        }
    }

    private void ReadLine(string line, int number)
    {
        if (line.Length == 0 || line.StartsWith('#'))
        {
            return;
        }

        int colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            Report(number, $"'{line}' has no colon; expected {Keys}, a colon and a value.");
            return;
        }

        string value = line[(colon + 1)..].Trim();
        if (value.Length == 0)
        {
            Report(number, $"'{line}' has nothing after the colon.");
        }
        else
        {
            ReadEntry(line[..colon], value, number);
        }
    }

    private void ReadEntry(string key, string value, int number)
    {
        switch (key)
        {
            case "version" when _version is not null: Report(number, "the version is given twice."); break;
            case "version": _version = value; break;
            case "set": Begin(value, number, refuses: false); break;
            case "category": Begin(value, number, refuses: true); break;
            case "terms" or "allow" or "all of" when _sections.Count == 0: Report(number, $"'{key}' stands before the first set or category."); break;
            case "terms": ReadTerms(_sections[^1].Terms, value, number); break;
            case "allow": ReadTerms(_sections[^1].Allowed, value, number); break;
            case "all of" when !_sections[^1].Refuses: Report(number, $"'all of' stands in the set {_sections[^1].Name}; expected it in a category."); break;
            case "all of": _sections[^1].Combinations.Add((Split(value), number)); break;
            default: Report(number, $"'{key}' is not known; expected {Keys}."); break;
        }
    }

    private void Begin(string name, int number, bool refuses)
    {
        if (!name.All(letter => char.IsAsciiLetterLower(letter) || letter == '_'))
        {
            Report(number, $"'{name}' is no name; expected small letters and underscores.");
        }

        if (_sections.Any(section => section.Name == name))
        {
            Report(number, $"'{name}' is there twice.");
        }

        _sections.Add(new PolicySection(name, number, refuses));
    }

    private void ReadTerms(List<Term> terms, string value, int number)
    {
        foreach (string text in Split(value))
        {
            try
            {
                terms.AddRange(Term.Parse(text));
            }
            catch (FormatException e)
            {
                Report(number, e.Message);
            }
        }
    }

    private void CheckWhole()
    {
        if (_version is null)
        {
            Report(1, "no version is given; expected 'version: …'.");
        }

        if (!_sections.Any(section => section.Refuses))
        {
            Report(1, "there is no category; a policy that refuses nothing is no policy.");
        }

        foreach (PolicySection section in _sections)
        {
            if (section.Terms.Count == 0 && section.Combinations.Count == 0)
            {
                Report(section.Line, $"'{section.Name}' has no terms.");
            }

            foreach ((IReadOnlyList<string> names, int line) in section.Combinations)
            {
                foreach (string unknown in names.Where(name => _sections.All(other => other.Name != name)))
                {
                    Report(line, $"'{unknown}' is neither a set nor a category of this file.");
                }

                if (names.Distinct().Count() < 2)
                {
                    Report(line, "'all of' needs at least two names.");
                }
            }
        }
    }

    private static string[] Split(string value) => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private void Report(int line, string problem) => _problems.Add($"{_name}:{line}: {problem}");
}
