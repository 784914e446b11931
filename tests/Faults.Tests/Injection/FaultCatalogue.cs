using Limner.Faults.Tests.Cluster;
using Limner.Faults.Tests.Histories;
using Limner.TestServers;

namespace Limner.Faults.Tests.Injection;

/// <summary>Everything that can go wrong, and the order in which it does.</summary>
internal sealed class FaultCatalogue(ServiceCluster cluster, MessageTap tap, History history, TimeProvider time)
{
    private const int LongestAbsence = 3000;
    private const int LongestFull = 6000;
    private const int Repeated = 25;

    private ServiceProcess Decoder => cluster.Services.Single(service => service.Name == "decoder");

    private IEnumerable<Fault> All =>
    [
        .. cluster.Services.Select(service => new Fault($"kill {service.Name}", service.Name, _ => service.KillAsync())),
        .. cluster.Services.Select(service => new Fault($"stop {service.Name}", service.Name, _ => service.TerminateAsync(impatience: null))),
        .. cluster.Services.Where(service => service.Name is "gateway-2" or "decoder").Select(service =>
            new Fault($"stop and kill {service.Name}", service.Name, random => service.TerminateAsync(TimeSpan.FromMilliseconds(random.Next(1000))))),
        Restart("rabbitmq", cluster.Servers.RabbitMq, kill: true), Restart("postgres", cluster.Servers.Postgres, kill: true),
        Restart("redis", cluster.Servers.Redis, kill: true), Restart("s3", cluster.Servers.S3, kill: true),
        Restart("rabbitmq", cluster.Servers.RabbitMq, kill: false), Restart("postgres", cluster.Servers.Postgres, kill: false),
        new Fault("drop connections", "rabbitmq", _ => cluster.Servers.RabbitMq.DropConnectionsAsync(cluster.Servers.VirtualHost)),
        new Fault("drop sessions", "postgres", _ => cluster.Servers.DropSessionsAsync()),
        new Fault("repeat events", "rabbitmq", async random => history.Add($"{Repeated} events said again, of {await tap.RepeatAsync(Repeated, random)}")),
        new Fault("repeat events", "rabbitmq", async random => history.Add($"{Repeated} events said again, of {await tap.RepeatAsync(Repeated, random)}")),
        new Fault("poison", "rabbitmq", _ => tap.PoisonAsync()),
        new Fault("wear a message out", "decoder", _ => Decoder.WhileAwayAsync(WearOutAsync)),
        .. cluster.Servers.S3.CanBeFilled ? [new Fault("fill s3", "s3", FillAsync)] : Array.Empty<Fault>(),
    ];

    /// <summary>All of them once, in an order that the seed decides; every third time two at once.</summary>
    public IReadOnlyList<Fault[]> Plan(Random random)
    {
        Fault[] order = [.. All];
        random.Shuffle(order);
        var plan = new List<Fault[]>();
        for (int i = 0; i < order.Length; i++)
        {
            bool two = i + 1 < order.Length && order[i].Target != order[i + 1].Target && random.Next(3) == 0;
            plan.Add(two ? [order[i], order[++i]] : [order[i]]);
        }

        return plan;
    }

    public async Task InjectAsync(Fault[] faults, int seed) => await Task.WhenAll(faults.Select(async (fault, i) =>
    {
        history.Add($"begin: {fault.Name}");
        try
        {
            // Its own numbers: faults at once share no generator.
            await fault.InjectAsync(new Random(seed + i));
        }
        catch (Exception away) when (fault.Target is "rabbitmq" or "postgres" && (MessageTap.IsAway(away) || away is HttpRequestException or Npgsql.NpgsqlException))
        {
            history.Add($"{fault.Name} could not be: {away.Message}");
        }

        history.Add($"end: {fault.Name}");
    }));

    // As if the process that takes it up died each time, until the broker gives it out no more.
    private async Task WearOutAsync()
    {
        if (await tap.WearOutAsync("decoder-image-encoded", time) is { } worn)
        {
            history.AddWorn(worn.Job, worn.Candidate);
        }
        else
        {
            history.Add("no message came that could be worn out");
        }
    }

    private async Task FillAsync(Random random)
    {
        await cluster.Servers.S3.FillAsync(true);
        TimeSpan full = TimeSpan.FromMilliseconds(random.Next(LongestFull));
        await Task.Delay(full, time, CancellationToken.None);
        await cluster.Servers.S3.FillAsync(false);
    }

    private Fault Restart(string name, TestServer server, bool kill) => new($"{(kill ? "kill" : "restart")} {name}", name, async random =>
    {
        await (kill ? server.KillAsync() : server.StopAsync());
        TimeSpan absence = TimeSpan.FromMilliseconds(random.Next(LongestAbsence));
        await Task.Delay(absence, time, CancellationToken.None);
        await server.StartAsync();
    });
}
