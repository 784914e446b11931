using System.Text.Json;
using Limner.Gateway.Catalogue;
using Limner.Gateway.Families;
using Limner.Gateway.Submissions;

namespace Limner.Gateway.Generations;

/// <summary>From the body of <c>POST /v1/images/generations</c> to a <see cref="Generation"/>, without I/O.</summary>
internal sealed class GenerationReader(ModelCatalogue models)
{
    private static readonly string[] Common = ["model", "prompt", "n", "size", "quality", "user", "stream", "partial_images", .. SubmissionReader.Extras, .. SubmissionReader.Conversation];

    private static readonly string[] Everything = [.. Common, .. ModelFamilies.Own.Parameters];

    public Generation Read(ReadOnlyMemory<byte> body, GatewayOptions limits, DateTimeOffset now) => JsonBody.Read(body, root =>
    {
        // The model decides what the rest may be.
        ModelFamily family = models.FamilyOf(ModelOf(root));
        JsonFields fields = FieldsOf(root, family);
        Submission submission = SubmissionReader.ReadConversation(fields, ImageParameters.ReadSubmission(fields, family, limits, now));
        return new Generation(submission with { Completes = submission.Completes && family.RevisesPrompts }, ImageParameters.ReadDelivery(fields, family));
    });

    /// <summary>
    /// The part that a request is answered by when it comes again, too, and its job is known already. No worker is asked for the model: what was drawn is handed
    /// over though the model is gone since, or none has announced itself to this process yet.
    /// </summary>
    public static Delivery ReadDelivery(ReadOnlyMemory<byte> body) => JsonBody.Read(body, root =>
    {
        ModelFamily family = ModelFamilies.Find(ModelOf(root)) ?? ModelFamilies.Own;
        return ImageParameters.ReadDelivery(FieldsOf(root, family), family);
    });

    private static string? ModelOf(JsonElement root) => new JsonFields(root, Everything).Text("model", 100);

    private static JsonFields FieldsOf(JsonElement root, ModelFamily family) => new(root, [.. Common, .. family.Parameters]);
}
