using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Limner.Conversation.Instructions;
using Limner.Conversation.Scenes;

namespace Limner.Conversation.Worlds;

/// <summary>
/// What one model can be asked for, as words: what it says is read, changed and written again without another model, so the same words always give the same.
/// </summary>
public sealed class World
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true };

    private static readonly Dictionary<string, Lazy<World>> Known = Assembly.GetExecutingAssembly().GetManifestResourceNames().ToDictionary(name => name, name => new Lazy<World>(() => Read(name)));

    private readonly WorldFile _file;

    private World(WorldFile file)
    {
        _file = file;
        Singulars = new(file.Things.SelectMany(thing => thing.Value.Select(word => (word[0], thing.Key))));
        Plurals = new(file.Things.SelectMany(thing => thing.Value.Select(word => (word[1], thing.Key))));
        Colours = new(file.Colours.SelectMany(colour => colour.Value.Words.Select(word => (word, colour.Key))));
        Sizes = new(file.Sizes.SelectMany(size => size.Value.Select(word => (word, size.Key))));
        Places = new(file.Places.SelectMany(place => place.Value.Of.Select(word => (word, place.Key))));
        ItsPlaces = new(file.Places.SelectMany(place => place.Value.It.Select(word => (word, place.Key))));
        Settings = new(file.Settings.SelectMany(setting => setting.Value.Select(phrase => (phrase, setting.Key))));
        Numbers = new(file.Numbers.SelectMany(number => number.Value.Select(word => (word, int.Parse(number.Key, CultureInfo.InvariantCulture)))));
    }

    /// <summary>The model that draws it.</summary>
    public string Model => _file.Model;

    /// <summary>How many kinds of things fit into one picture.</summary>
    public int MostKinds => _file.MostKinds;

    /// <summary>How many alike fit into one picture.</summary>
    public int MostAlike => _file.MostAlike;

    internal PhraseTable<string> Singulars { get; }

    internal PhraseTable<string> Plurals { get; }

    internal PhraseTable<string> Colours { get; }

    internal PhraseTable<string> Sizes { get; }

    internal PhraseTable<string> Places { get; }

    internal PhraseTable<string> ItsPlaces { get; }

    internal PhraseTable<string> Settings { get; }

    internal PhraseTable<int> Numbers { get; }

    internal IReadOnlyList<string> ThingNames => [.. _file.Things.Keys];

    internal IReadOnlyList<string> SettingPhrases => [.. _file.Settings.Select(setting => setting.Value[0])];

    internal IReadOnlyList<string> ColourNames => [.. _file.Colours.Keys];

    /// <summary>The world of a model; null if its words are not known here.</summary>
    /// <param name="model">The model's name, with a version behind it or without.</param>
    public static World? Of(string model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Known.GetValueOrDefault(model.Split(' ')[0])?.Value;
    }

    /// <summary>Changes a prompt as an instruction says; what is not named stays word for word where it was.</summary>
    /// <param name="prompt">What the picture shows.</param>
    /// <param name="instruction">What is to be different.</param>
    /// <param name="topic">Which of the prompt's things <c>it</c> is; null for the last that it names.</param>
    /// <exception cref="MisunderstoodException">The prompt or the instruction is not of this world; one sentence says what would be.</exception>
    public Revision Revise(string prompt, string instruction, int? topic = null)
    {
        Scene scene = new SceneReader(this).Read(prompt);
        var turn = new Turn(this, scene, topic is { } index && index < scene.Things.Count ? index : scene.Things.Count - 1);
        InstructionReader.Apply(turn, instruction);
        return new Revision(SceneWriter.Write(this, turn.Checked()), turn.Topic);
    }

    /// <summary>A full prompt for one of a word or two, filled in by chance; null if there is nothing to fill in, or the prompt is not of this world.</summary>
    /// <param name="prompt">What somebody typed.</param>
    /// <param name="seed">Decides; the same seed fills in the same.</param>
    public string? Complete(string prompt, ulong seed) => Completion.Of(this, prompt, seed);

    internal string? OppositeOf(string place) => _file.Places[place].Opposite;

    internal string WordFor(Thing thing) => _file.Things[thing.Kind][0][thing.Count == 1 ? 0 : 1];

    internal string WordFor(int number) => _file.Numbers.GetValueOrDefault(number.ToString(CultureInfo.InvariantCulture))?[0] ?? number.ToString(CultureInfo.InvariantCulture);

    internal string PhraseForSetting(string setting) => _file.Settings[setting][0];

    internal string PhraseFor(string place) => _file.Places[place].Of[0];

    /// <summary>How far apart two colours look: the sum over red, green and blue.</summary>
    internal int Contrast(string one, string other) => _file.Colours[one].Rgb.Zip(_file.Colours[other].Rgb, (a, b) => Math.Abs(a - b)).Sum();

    private static World Read(string name)
    {
        using Stream file = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        return new World(JsonSerializer.Deserialize<WorldFile>(file, Json)!);
    }
}
