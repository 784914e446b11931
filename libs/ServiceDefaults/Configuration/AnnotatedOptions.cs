using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Limner.ServiceDefaults.Configuration;

/// <summary>Checks annotations and names the full key of what is wrong, which the framework's own check does not.</summary>
internal sealed class AnnotatedOptions<TOptions>(string section) : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var results = new List<ValidationResult>();
        return Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(results.Select(Describe));
    }

    private string Describe(ValidationResult result) =>
        $"{section}{string.Concat(result.MemberNames.Take(1).Select(member => ":" + member))}: {result.ErrorMessage}";
}
