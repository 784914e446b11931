using System.Diagnostics.Metrics;
using Limner.Deployment.Tests.Configuration;
using Limner.Fixtures.Telemetry;
using Npgsql;

namespace Limner.Deployment.Tests.Telemetry;

/// <summary>The table of instruments in docs/runbook.md is what the services make. That its tags are what they send is seen end to end.</summary>
public sealed class MetricsDocumentTests
{
    private static readonly IReadOnlyList<MetricRow> Described = MetricRow.In(Repository.Text("docs/runbook.md"));

    [Fact]
    public void Every_instrument_is_described_as_it_is_and_there_are_no_others()
    {
        Instrument[] made = [.. Repository.Services.SelectMany(ServiceConfiguration.Instruments)];
        Assert.Equal(made.Select(Describe).Order(StringComparer.Ordinal), Described.Select(row => $"{row.Name} {row.Kind} {row.Unit}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Of_the_libraries_instruments_those_that_are_described_are_as_they_are()
    {
        string[] made = [.. OfLibraries().Select(Describe)];
        IReadOnlyList<MetricRow> described = MetricRow.OfLibraries(Repository.Text("docs/runbook.md"));
        Assert.Equal(["db", "dotnet"], described.Select(row => row.Name.Split('.')[0]).Distinct().Order());
        Assert.Empty(described.Select(row => $"{row.Name} {row.Kind} {row.Unit}").Except(made));
    }

    [Fact]
    public void Names_are_in_OpenTelemetrys_way() => Assert.All(Repository.Services.SelectMany(ServiceConfiguration.Instruments), instrument =>
    {
        Assert.Matches("^limner(\\.[a-z]+(_[a-z]+)*){2,}$", instrument.Name);
        Assert.Matches("^(s|\\{[a-z]+\\})$", instrument.Unit);
        Assert.EndsWith(".", instrument.Description, StringComparison.Ordinal);
        // Neither a unit nor a total: Prometheus puts them there.
        Assert.DoesNotMatch("(seconds|total|count)$", instrument.Name);
    });

    private static List<Instrument> OfLibraries()
    {
        var made = new List<Instrument>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, _) => made.Add(instrument) };
        // Its meter is made with the first pool of connections; nothing is connected.
        using NpgsqlDataSource pool = NpgsqlDataSource.Create("Host=localhost");
        listener.Start();
        return [.. made.Where(instrument => instrument.Meter.Name is "System.Runtime" or "Npgsql")];
    }

    private static string Describe(Instrument instrument) => $"{instrument.Name} {Kind(instrument)} {instrument.Unit}";

    private static string Kind(Instrument instrument) => instrument.GetType().GetGenericTypeDefinition() switch
    {
        var type when type == typeof(Counter<>) || type == typeof(ObservableCounter<>) => "counter",
        var type when type == typeof(Histogram<>) => "histogram",
        var type when type == typeof(Gauge<>) => "gauge",
        var type when type == typeof(UpDownCounter<>) || type == typeof(ObservableUpDownCounter<>) => "up-down",
        var type => type.Name,
    };
}
