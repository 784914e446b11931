using System.CommandLine;
using Limner.Standalone.Client;
using Limner.Standalone.Keys;

namespace Limner.Standalone.Commands;

/// <summary>Which keys are meant, a database's on this machine or a service's, and how the answer is printed: the options that every command of <c>keys</c> has.</summary>
internal sealed class KeyPlace
{
    private readonly Option<string?> _data = DataOption.Create();
    private readonly ServiceOptions _service = ServiceOptions.For("A running service whose keys they are, with a key that has the scope admin [default: the variable LIMNER_SERVER, or --data].");
    private readonly Option<bool> _json = new("--json") { Description = "Print JSON, as the HTTP API answers." };

    private KeyPlace()
    {
    }

    public static KeyPlace AddTo(Command command)
    {
        var place = new KeyPlace();
        foreach (Option option in (Option[])[place._data, .. place._service.All, place._json])
        {
            command.Options.Add(option);
        }

        return place;
    }

    public string? Data(ParseResult parsed) => parsed.GetValue(_data);

    public bool Json(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>Null for the database. What stands on the command line beats a variable; and a database that variables name is meant for these commands alone, so it beats LIMNER_SERVER.</summary>
    public ServiceAddress? Service(ParseResult parsed)
    {
        bool isData = parsed.GetValue(_data) is { Length: > 0 };
        if (isData && _service.IsGiven(parsed))
        {
            throw new CommandException(ExitCode.Request, "--data is for the keys in a folder of this machine, --server and --key are for those of a running service; give the one or the other.");
        }

        return isData || (!_service.IsGiven(parsed) && KeyDatabase.IsNamed()) ? null : _service.Find(parsed);
    }
}
