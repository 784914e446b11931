using Limner.Moderation.Images;

namespace Limner.Moderation.Tests.Images;

public sealed class ConceptFileTests : IDisposable
{
    private const string Good = """{"version":"1","cells":2,"concepts":[{"name":"sword","category":"violence","weights":[1,2],"bias":0.5,"threshold":3}]}""";

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void What_is_written_is_read()
    {
        ConceptFile file = Read(Good);
        Assert.Equal(("1", 2), (file.Version, file.Cells));
        Concept concept = Assert.Single(file.Concepts);
        Assert.Equal(("sword", "violence", 0.5f, 3f), (concept.Name, concept.Category, concept.Bias, concept.Threshold));
        Assert.Equal([1, 2], concept.Weights);
    }

    [Theory]
    [InlineData("\"1\"", "\"\"", "version is empty; expected what verdicts will name.")]
    [InlineData("\"cells\":2", "\"cells\":0", "cells is 0; expected a divisor of 4, the length of this model's image embeddings.")]
    [InlineData("\"cells\":2", "\"cells\":3", "cells is 3; expected a divisor of 4, the length of this model's image embeddings.")]
    [InlineData("[1,2]", "[1,2,3]", "concept 0 (sword): it has 3 weights; expected 2, as many as a cell has numbers or the layer has rows.")]
    [InlineData("[1,2]", "[1,1e60]", "concept 0 (sword): a weight, its bias or its threshold is not a finite number.")]
    [InlineData("\"violence\"", "\"Bad things\"", "concept 0 (sword): its category is 'Bad things'; expected a code of small letters and underscores, such as violence.")]
    [InlineData("\"sword\"", "\"\"", "concept 0 (): its name is empty.")]
    public void A_value_that_cannot_be_right(string good, string bad, string expected) => Assert.Equal($"{_path}: {expected}", Problem(Good.Replace(good, bad, StringComparison.Ordinal)));

    [Fact]
    public void A_file_that_looks_for_nothing() => Assert.Contains("looks for nothing", Problem("""{"version":"1","cells":2,"concepts":[]}"""), StringComparison.Ordinal);

    [Theory]
    [InlineData("{\n\"version\": oops", "line 2")]
    [InlineData("null", "null")]
    [InlineData("""{"version":"1","cells":2}""", "concepts")]
    [InlineData("""{"version":"1","cells":2,"concepts":[],"treshold":1}""", "treshold")]
    [InlineData("""{"version":null,"cells":2,"concepts":[]}""", "Version")]
    public void A_file_that_is_not_such_json(string text, string expected)
    {
        string problem = Problem(text);
        Assert.StartsWith(_path, problem, StringComparison.Ordinal);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there()
    {
        string problem = Assert.Throws<InvalidDataException>(() => ConceptFile.Read("nowhere.json", 4)).Message;
        Assert.Contains("nowhere.json is missing", problem, StringComparison.Ordinal);
        Assert.Contains("Moderation:Images:Unchecked=true", problem, StringComparison.Ordinal);
    }

    private ConceptFile Read(string text)
    {
        File.WriteAllText(_path, text);
        return ConceptFile.Read(_path, embeddingLength: 4);
    }

    private string Problem(string text) => Assert.Throws<InvalidDataException>(() => Read(text)).Message;
}
