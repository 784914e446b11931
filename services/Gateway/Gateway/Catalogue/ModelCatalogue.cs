using Limner.Gateway.Dispatch;
using Limner.Gateway.Errors;
using Limner.Gateway.Families;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Catalogue;

/// <summary>The names that <c>model</c> may have: OpenAI's, and those of the models that workers announced.</summary>
internal sealed class ModelCatalogue(WorkerPool workers)
{
    /// <summary>All names, ours first.</summary>
    public IReadOnlyList<string> Names => [.. workers.Models.Concat(ModelFamilies.Named.SelectMany(family => family.Models)).Distinct()];

    /// <exception cref="ApiException">There is no such model, or it is too early to say so.</exception>
    public ModelFamily FamilyOf(string? model) =>
        model is null ? ModelFamilies.Own
        : ModelFamilies.Named.FirstOrDefault(family => family.Models.Contains(model))
            ?? (workers.Models.Contains(model) ? ModelFamilies.Own : throw Unknown(model));

    public ApiException Unknown(string model) => workers.Models.Count == 0
        ? ApiException.Unavailable(ErrorCode.ModelsUnavailable, $"No worker has said yet which model it has, so '{model}' may be one or not; try again.")
        : new ApiException(StatusCodes.Status404NotFound, ErrorCode.ModelNotFound, $"The model '{model}' does not exist; there are {string.Join(", ", Names)}.", "model");
}
