using System.ComponentModel.DataAnnotations;

namespace Limner.Gateway.Revisions;

/// <summary>Section <c>Conversation</c>: an endpoint that speaks OpenAI's chat API, for texts that the grammar does not understand.</summary>
internal sealed class ConversationOptions : IValidatableObject
{
    /// <summary>Its address up to <c>/chat/completions</c>, e.g. https://models.example.org/v1; empty for none.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary>What its requests call <c>model</c>.</summary>
    public string Model { get; set; } = "";

    /// <summary>Its key; empty for none.</summary>
    public string ApiKey { get; set; } = "";

    /// <summary>How long it has to answer.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:02:00", ErrorMessage = "it has to be from 100 milliseconds to 2 minutes.")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(20);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Endpoint.Length > 0 && !(Uri.TryCreate(Endpoint, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0))
        {
            yield return new ValidationResult("it has to be an address like https://models.example.org/v1, without a user.", [nameof(Endpoint)]);
        }

        if (Endpoint.Length > 0 && Model.Length == 0)
        {
            yield return new ValidationResult("it is empty; it has to name the model that the endpoint is to use.", [nameof(Model)]);
        }
    }
}
