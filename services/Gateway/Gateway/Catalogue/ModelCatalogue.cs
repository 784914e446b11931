using Limner.Gateway.Dispatch;
using Limner.Gateway.Errors;
using Limner.Gateway.Families;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Catalogue;

/// <summary>The names that <c>model</c> may have: OpenAI's, and those of the models that workers announced; and what those models cannot do.</summary>
internal sealed class ModelCatalogue(WorkerPool workers)
{
    private const int MostNamed = 20;

    /// <summary>All names, ours first.</summary>
    public IReadOnlyList<string> Names => [.. workers.Models.Concat(ModelFamilies.Named.SelectMany(family => family.Models)).Distinct()];

    /// <exception cref="ApiException">There is no such model, or it is too early to say so.</exception>
    public ModelFamily FamilyOf(string? model) =>
        model is null ? ModelFamilies.Own
        : ModelFamilies.Find(model)
            ?? (workers.Models.Contains(model) ? ModelFamilies.Own : throw Unknown(model));

    /// <summary>Refuses at once what would fail when its turn comes, as far as that is known.</summary>
    /// <param name="adapter">What is asked for, or null.</param>
    /// <param name="prompt">What is to be drawn; null if it is not read, or is good for certain.</param>
    /// <exception cref="ApiException">No worker has the adapter, or none reads so long a prompt.</exception>
    public void RefuseIfImpossible(string? adapter, string? prompt)
    {
        if (adapter is not null && workers.Adapters is { } adapters && !adapters.Contains(adapter))
        {
            string more = adapters.Count > MostNamed ? $" and {adapters.Count - MostNamed} more" : "";
            string there = adapters.Count == 0 ? "the model has none" : $"the model has {string.Join(", ", adapters.Take(MostNamed))}{more}";
            throw ApiException.Invalid(ErrorCode.UnknownAdapter, "adapter", $"The adapter '{adapter}' was asked for; {there}.");
        }

        if (prompt is not null && workers.PromptTokens is { } most && LeastTokens.Of(prompt) is var least && least > most)
        {
            throw ApiException.Invalid(ErrorCode.PromptTooLong, "prompt", $"The prompt has {least} tokens or more; the model reads at most {most}.");
        }
    }

    public ApiException Unknown(string model) => workers.Models.Count == 0
        ? ApiException.Unavailable(ErrorCode.ModelsUnavailable, $"No worker has said yet which model it has, so '{model}' may be one or not; try again.")
        : new ApiException(StatusCodes.Status404NotFound, ErrorCode.ModelNotFound, $"The model '{model}' does not exist; there are {string.Join(", ", Names)}.", "model");
}
