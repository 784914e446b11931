using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Limner.Gateway.Catalogue;

internal static class ModelEndpoints
{
    /// <summary><c>GET /v1/models</c></summary>
    public static Ok<ModelList> List(ModelCatalogue models) => TypedResults.Ok(new ModelList([.. models.Names.Select(name => new ModelView(name))]));

    /// <summary><c>GET /v1/models/{id}</c></summary>
    public static Ok<ModelView> Get(string id, ModelCatalogue models) =>
        models.Names.Contains(id) ? TypedResults.Ok(new ModelView(id)) : throw models.Unknown(id);
}
