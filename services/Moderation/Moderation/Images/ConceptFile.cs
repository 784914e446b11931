using System.Text.Json;
using System.Text.Json.Serialization;

namespace Limner.Moderation.Images;

/// <summary><c>image_encoder/concepts.json</c> of a model folder: what its image embeddings are compared with.</summary>
/// <param name="Version">The version that verdicts name.</param>
/// <param name="Cells">How many vectors of equal length an embedding is; 1 for a global one.</param>
/// <param name="Concepts">What is looked for.</param>
/// <param name="Layer">What every cell goes through first; null for nothing.</param>
internal sealed record ConceptFile(string Version, int Cells, IReadOnlyList<Concept> Concepts, CellLayer? Layer = null)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static string PathIn(string modelFolder) => Path.Combine(modelFolder, "image_encoder", "concepts.json");

    /// <param name="path">The file.</param>
    /// <param name="embeddingLength">Floats of the model's image embeddings.</param>
    /// <exception cref="InvalidDataException">It is missing, malformed or made for other embeddings; one sentence names the file and each problem.</exception>
    public static ConceptFile Read(string path, int embeddingLength)
    {
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{path} is missing, so images cannot be judged; expected the concepts of this model, or Moderation:Images:Unchecked=true to approve every image.");
        }

        ConceptFile file = Parse(path);
        string[] problems = [.. file.Problems(embeddingLength)];
        return problems.Length == 0 ? file : throw new InvalidDataException(string.Join('\n', problems.Select(problem => $"{path}: {problem}")));
    }

    private static ConceptFile Parse(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<ConceptFile>(File.ReadAllBytes(path), Json) ?? throw new JsonException("the file holds null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}{(e.LineNumber is { } line ? $", line {line + 1}" : "")}: not the JSON of concepts: {e.Message}", e);
        }
    }

    private IEnumerable<string> Problems(int embeddingLength)
    {
        if (Version.Length == 0)
        {
            yield return "version is empty; expected what verdicts will name.";
        }

        if (Concepts.Count == 0)
        {
            yield return "concepts is empty; a file that looks for nothing would approve everything.";
        }

        if (Cells < 1 || embeddingLength % Cells != 0)
        {
            yield return $"cells is {Cells}; expected a divisor of {embeddingLength}, the length of this model's image embeddings.";
            yield break;
        }

        int cellLength = embeddingLength / Cells;
        foreach (string problem in Layer?.Problems(cellLength) ?? [])
        {
            yield return problem;
        }

        for (int i = 0; i < Concepts.Count; i++)
        {
            foreach (string problem in Problems(Concepts[i], Layer?.Features ?? cellLength))
            {
                yield return $"concept {i} ({Concepts[i].Name}): {problem}";
            }
        }
    }

    private static IEnumerable<string> Problems(Concept concept, int length)
    {
        if (concept.Name.Length == 0)
        {
            yield return "its name is empty.";
        }

        if (concept.Category.Length == 0 || !concept.Category.All(letter => char.IsAsciiLetterLower(letter) || letter == '_'))
        {
            yield return $"its category is '{concept.Category}'; expected a code of small letters and underscores, such as violence.";
        }

        if (concept.Weights.Length != length)
        {
            yield return $"it has {concept.Weights.Length} weights; expected {length}, as many as a cell has numbers or the layer has rows.";
        }

        if (!concept.Weights.All(float.IsFinite) || !float.IsFinite(concept.Bias) || !float.IsFinite(concept.Threshold))
        {
            yield return "a weight, its bias or its threshold is not a finite number.";
        }
    }
}
