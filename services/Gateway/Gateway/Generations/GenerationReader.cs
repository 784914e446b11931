using System.Text.Json;
using Limner.Gateway.Catalogue;
using Limner.Gateway.Families;
using Limner.Gateway.Submissions;

namespace Limner.Gateway.Generations;

/// <summary>From the body of <c>POST /v1/images/generations</c> to a <see cref="Generation"/>, without I/O.</summary>
internal sealed class GenerationReader(ModelCatalogue models)
{
    private static readonly string[] Common = ["model", "prompt", "n", "size", "quality", "user", "stream", "partial_images", .. SubmissionReader.Extras];

    private static readonly string[] Everything = [.. Common, .. ModelFamilies.Own.Parameters];

    public Generation Read(ReadOnlyMemory<byte> body, GatewayOptions limits, DateTimeOffset now) => JsonBody.Read(body, root => Read(root, limits, now));

    private Generation Read(JsonElement root, GatewayOptions limits, DateTimeOffset now)
    {
        // The model decides what the rest may be.
        ModelFamily family = models.FamilyOf(new JsonFields(root, Everything).Text("model", 100));
        var fields = new JsonFields(root, [.. Common, .. family.Parameters]);
        return new Generation(ImageParameters.ReadSubmission(fields, family, limits, now), ImageParameters.ReadDelivery(fields, family));
    }
}
