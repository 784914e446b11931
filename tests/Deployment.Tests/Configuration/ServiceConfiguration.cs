using System.Diagnostics.Metrics;
using System.Reflection;
using Limner.Decoder;
using Limner.Encoder;
using Limner.Gateway;
using Limner.Moderation;
using Limner.ServiceDefaults;
using Limner.ServiceDefaults.Configuration;
using Limner.ServiceDefaults.Messaging;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Limner.Deployment.Tests.Configuration;

/// <summary>A service composed as its host does, to see what it makes of a set of environment variables.</summary>
internal static class ServiceConfiguration
{
    /// <summary>Variables that OpenTelemetry reads.</summary>
    public static readonly string[] Telemetry =
        ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_METRIC_EXPORT_INTERVAL"];

    // Variables that the platform reads, not a section of ours.
    private static readonly string[] Platform = ["ASPNETCORE_HTTP_PORTS", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "HOME", .. Telemetry];

    /// <summary>What the service would refuse to start with, and what it would silently ignore.</summary>
    public static string[] Faults(string service, IReadOnlyDictionary<string, string> variables)
    {
        HostApplicationBuilder builder = Compose(service, variables);
        CheckedSection[] sections = Sections(builder);
        using IHost host = builder.Build();
        return [.. variables.Keys.Except(Platform).Where(variable => !sections.Any(section => Binds(section, variable))).Select(variable => $"{variable}: no section of {service} has it"), .. Refusals(host)];
    }

    /// <summary>Every setting that the service reads, as <c>Section:Name</c>.</summary>
    public static IEnumerable<string> Settings(string service) => Sections(Compose(service, new Dictionary<string, string>()))
        .SelectMany(section => section.Type.GetProperties().Where(property => property.CanWrite && IsValue(property.PropertyType)).Select(property => $"{section.Name}:{property.Name}"));

    /// <summary>What a setting, written <c>Section:Name</c>, is where nobody sets it.</summary>
    public static object Default(string service, string setting)
    {
        (CheckedSection section, PropertyInfo property) = Sections(Compose(service, new Dictionary<string, string>()))
            .SelectMany(section => section.Type.GetProperties().Select(property => (section, property))).Single(pair => $"{pair.section.Name}:{pair.property.Name}" == setting);
        return property.GetValue(Activator.CreateInstance(section.Type))!;
    }

    /// <summary>Every instrument that the service makes.</summary>
    public static Instrument[] Instruments(string service)
    {
        HostApplicationBuilder builder = Compose(service, new Dictionary<string, string>());
        Type metrics = builder.Services.Single(added => added.ServiceType.Name == $"{service}Metrics").ServiceType;
        using IHost host = builder.Build();
        var made = new List<Instrument>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Scope == host.Services.GetRequiredService<IMeterFactory>())
                {
                    made.Add(instrument);
                }
            },
        };
        listener.Start();
        host.Services.GetRequiredService(metrics);
        return [.. made];
    }

    // What is no value is a section of its own.
    private static bool IsValue(Type type) => type == typeof(string) || type.IsValueType;

    private static CheckedSection[] Sections(HostApplicationBuilder builder) => [.. builder.Services.Select(added => added.ImplementationInstance).OfType<CheckedSection>()];

    private static HostApplicationBuilder Compose(string service, IReadOnlyDictionary<string, string> variables)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(variables.Select(variable => KeyValuePair.Create(variable.Key.Replace("__", ":", StringComparison.Ordinal), (string?)variable.Value)));
        builder.AddServiceDefaults();
        builder.Services.AddLimnerBus(builder.Configuration, Compose(service, builder));
        return builder;
    }

    private static Action<IBusRegistrationConfigurator> Compose(string service, HostApplicationBuilder builder)
    {
        switch (service)
        {
            case "Gateway":
                builder.Services.AddGateway(builder.Configuration);
                return bus => bus.AddGatewayConsumers();
            case "Moderation":
                builder.Services.AddModeration(builder.Configuration);
                return bus => bus.AddModerationConsumers();
            case "Encoder":
                builder.Services.AddEncoder(builder.Configuration);
                return bus => bus.AddEncoderConsumers();
            case "Decoder":
                builder.Services.AddDecoder(builder.Configuration);
                return bus => bus.AddDecoderConsumers();
            default:
                throw new ArgumentException($"There is no service {service}.", nameof(service));
        }
    }

    private static bool Binds(CheckedSection section, string variable)
    {
        string prefix = section.Name.Replace(":", "__", StringComparison.Ordinal) + "__";
        Type? type = section.Type;
        foreach (string name in variable.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? variable[prefix.Length..].Split("__") : ["?"])
        {
            type = type?.GetProperties().FirstOrDefault(property => property.CanWrite && property.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.PropertyType;
        }

        return type is not null;
    }

    private static IEnumerable<string> Refusals(IHost host)
    {
        try
        {
            // What the host makes first of all when it starts; it complains as it is made.
            _ = ActivatorUtilities.CreateInstance<ConfigurationCheck>(host.Services);
            return [];
        }
        catch (OptionsValidationException error)
        {
            return error.Failures;
        }
    }
}
