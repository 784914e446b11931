using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Limner.ServiceDefaults.Configuration;

/// <summary>
/// Reads every section before anything starts, so that an operator sees all faults at once instead of one after each restart.
/// It does so when it is made, as the first hosted service: the host makes all of them, the bus among them, before it asks an <see cref="IStartupValidator"/>.
/// </summary>
internal sealed partial class ConfigurationCheck : IHostedService
{
    private readonly IServiceProvider _services;
    private readonly IConfiguration _configuration;

    public ConfigurationCheck(IServiceProvider services, IConfiguration configuration, IEnumerable<CheckedSection> sections)
    {
        (_services, _configuration) = (services, configuration);
        string[] faults = [.. sections.SelectMany(Faults), .. sections.SelectMany(MisreadTimes), .. sections.GroupBy(section => section.Name).SelectMany(UnknownNames)];
        if (faults.Length > 0)
        {
            throw new OptionsValidationException("", typeof(IConfiguration), [.. faults.Distinct()]);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private IEnumerable<string> Faults(CheckedSection section)
    {
        try
        {
            section.Read(_services);
            return [];
        }
        catch (OptionsValidationException exception)
        {
            return exception.Failures;
        }
        catch (InvalidOperationException exception)
        {
            // A value that its property's type cannot hold; the binder's sentence names key, value and type.
            return [$"{section.Name}: {exception.Message}"];
        }
    }

    // TimeSpan.Parse reads a lone number as days, and 72:00:00 as 72 days.
    private IEnumerable<string> MisreadTimes(CheckedSection section) =>
        from property in section.Type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) == typeof(TimeSpan)
        let given = _configuration[$"{section.Name}:{property.Name}"]
        where !string.IsNullOrEmpty(given) && !TimeOfClock().IsMatch(given)
        select $"{section.Name}:{property.Name} is '{given}'; expected hours:minutes:seconds with up to 23 hours, and days before a dot: 00:00:05 for five seconds, 3.00:00:00 for three days.";

    private IEnumerable<string> UnknownNames(IGrouping<string, CheckedSection> section)
    {
        string[] known = [.. section.SelectMany(part => part.Type.GetProperties(BindingFlags.Public | BindingFlags.Instance)).Where(property => property.CanWrite).Select(property => property.Name).Distinct().Order()];
        return _configuration.GetSection(section.Key).GetChildren().Where(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            .Select(child => $"{child.Path}: there is no such option; {section.Key} has {string.Join(", ", known)}.");
    }

    [GeneratedRegex(@"^\s*(\d+\.)?([01]?\d|2[0-3]):[0-5]?\d(:[0-5]?\d(\.\d{1,7})?)?\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex TimeOfClock();
}
