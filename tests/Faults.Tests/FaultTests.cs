using System.Globalization;
using Limner.Faults.Tests.Cluster;
using Limner.Faults.Tests.Histories;
using Limner.Faults.Tests.Workload;

namespace Limner.Faults.Tests;

/// <summary>
/// The services as processes on real servers, with everything going wrong while they work. By default each fault once, which takes a minute or two;
/// LIMNER_FAULTS_SECONDS goes on for as long, LIMNER_FAULTS_SEED decides orders and pauses.
/// </summary>
public sealed class FaultTests
{
    [Fact]
    public async Task Nothing_is_lost_stuck_wrong_or_done_twice_whatever_fails()
    {
        int seed = Number("LIMNER_FAULTS_SEED") ?? 1;
        TimeSpan duration = TimeSpan.FromSeconds(Number("LIMNER_FAULTS_SECONDS") ?? 0);
        var history = new History(TimeProvider.System);
        await using ServiceCluster cluster = await ServiceCluster.StartAsync(history);
        IReadOnlyList<string> problems;
        try
        {
            await using WebhookWitness witness = await WebhookWitness.StartAsync(cluster.Gateways[0], seed);
            problems = await new Campaign(cluster, witness, history, seed, TimeProvider.System).RunAsync(duration);
        }
        catch (Exception broken)
        {
            problems = [$"the campaign itself failed: {broken}"];
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{history.Elapsed.TotalSeconds:0} s, seed {seed}");
        Assert.True(problems.Count == 0, $"Seed {seed}:\n{string.Join('\n', problems)}\n\nHistory:\n{history}\n\n{cluster.Tails()}");
    }

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : null;
}
