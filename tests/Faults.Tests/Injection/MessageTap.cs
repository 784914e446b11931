using System.Text;
using System.Text.Json;
using Limner.TestServers;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Limner.Faults.Tests.Injection;

/// <summary>
/// Listens to every event between the services and says some of them again, later and in another order; and says what nobody can understand.
/// It connects anew each time: the broker may have gone in between.
/// </summary>
internal sealed class MessageTap(TestRabbitMq server, string virtualHost)
{
    public const string Queue = "fault-tap";

    /// <summary>In everything that was made up: a message in an error queue without it is one of the services' own.</summary>
    private const string Mark = "deaddead";

    private const string Header = "x-fault";
    private const int MostKept = 2000;
    private const int LooksForAMessage = 100;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private static readonly string[] Events =
    [
        "Jobs:JobSubmitted", "Prompts:PromptApproved", "Prompts:PromptRejected", "Images:ImageEncoded", "Images:ImageDecoded", "Images:ImageApproved", "Images:ImageRejected", "Jobs:StageFailed",
    ];

    private readonly ConnectionFactory _factory = new()
    {
        HostName = server.Host,
        Port = server.Port,
        VirtualHost = virtualHost,
        UserName = server.Username,
        Password = server.Password,
        AutomaticRecoveryEnabled = false,
    };

    private readonly List<Heard> _heard = [];

    /// <summary>Begins to listen.</summary>
    public Task OpenAsync() => UseAsync(async channel =>
    {
        await channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-max-length"] = MostKept });
        foreach (string name in Events)
        {
            await channel.ExchangeDeclareAsync(Exchange(name), ExchangeType.Fanout, durable: true);
            await channel.QueueBindAsync(Queue, Exchange(name), "");
        }
    });

    /// <summary>Says <paramref name="count"/> of the events so far once more, in any order; how many there were to choose from.</summary>
    public async Task<int> RepeatAsync(int count, Random random)
    {
        await UseAsync(async channel =>
        {
            while (await channel.BasicGetAsync(Queue, autoAck: true) is { } heard)
            {
                if (heard.BasicProperties.Headers?.ContainsKey(Header) != true)
                {
                    _heard.Add(new Heard(heard.Exchange, new BasicProperties(heard.BasicProperties), heard.Body.ToArray()));
                }
            }

            for (int i = 0; i < count && _heard.Count > 0; i++)
            {
                Heard again = _heard[random.Next(_heard.Count)];
                await channel.BasicPublishAsync(again.Exchange, "", mandatory: false, Marked(new BasicProperties(again.Properties)), again.Body);
            }
        });
        return _heard.Count;
    }

    /// <summary>Says to every service what is no JSON, no envelope, and an event without content.</summary>
    public Task PoisonAsync() => UseAsync(async channel =>
    {
        foreach (string name in Events)
        {
            string[] bodies =
            [
                $"{Mark} this is no JSON",
                $$"""{"{{Mark}}":1}""",
                $$$"""{"messageId":"{{{Mark}}}-0000-4000-8000-{{{Guid.NewGuid().ToString("N")[..12]}}}","messageType":["urn:message:Limner.Contracts.{{{name}}}"],"message":{}}""",
            ];
            foreach (string body in bodies)
            {
                var properties = new BasicProperties { ContentType = "application/vnd.masstransit+json", Persistent = true };
                await channel.BasicPublishAsync(Exchange(name), "", mandatory: false, Marked(properties), Encoding.UTF8.GetBytes(body));
            }
        }
    });

    /// <summary>
    /// Takes the first message of a queue that nobody else reads, and hands it back, until the broker gives it out no more. Whose it was; null if none came.
    /// </summary>
    public async Task<(Guid Job, int Candidate)?> WearOutAsync(string queue, TimeProvider time)
    {
        (Guid, int)? worn = null;
        await UseAsync(async channel =>
        {
            BasicGetResult? first = null;
            for (int look = 0; look < LooksForAMessage && (first = await channel.BasicGetAsync(queue, autoAck: false)) is null; look++)
            {
                await Task.Delay(Look, time, CancellationToken.None);
            }

            if (first is null || first.BasicProperties.Headers?.ContainsKey(Header) == true)
            {
                return;
            }

            JsonElement message = JsonDocument.Parse(first.Body).RootElement.GetProperty("message");
            byte[] body = first.Body.ToArray();
            for (BasicGetResult? again = first; again is not null && again.Body.Span.SequenceEqual(body); again = await channel.BasicGetAsync(queue, autoAck: false))
            {
                await channel.BasicRejectAsync(again.DeliveryTag, requeue: true);
            }

            // Closing the channel hands back the one that came instead.
            worn = (message.GetProperty("job").GetProperty("jobId").GetGuid(), message.GetProperty("candidate").GetInt32());
        });
        return worn;
    }

    /// <summary>What the services put aside that was not made up, with the reason they noted.</summary>
    public async Task<IReadOnlyList<string>> PutAsideAsync(IEnumerable<string> errorQueues)
    {
        var found = new List<string>();
        await UseAsync(async channel =>
        {
            foreach (string queue in errorQueues)
            {
                while (await channel.BasicGetAsync(queue, autoAck: true) is { } message)
                {
                    string body = Encoding.UTF8.GetString(message.Body.Span);
                    if (!body.Contains(Mark, StringComparison.Ordinal))
                    {
                        string reason = message.BasicProperties.Headers is { } headers && headers.TryGetValue("MT-Fault-Message", out object? noted) && noted is byte[] text
                            ? Encoding.UTF8.GetString(text) : "no reason";
                        found.Add($"{queue}: {reason}: {body.ReplaceLineEndings(" ")}");
                    }
                }
            }
        });
        return found;
    }

    private static string Exchange(string name) => $"Limner.Contracts.{name}";

    private static BasicProperties Marked(BasicProperties properties)
    {
        properties.Headers = new Dictionary<string, object?>(properties.Headers ?? new Dictionary<string, object?>()) { [Header] = "1" };
        return properties;
    }

    private async Task UseAsync(Func<IChannel, Task> work)
    {
        await using IConnection connection = await _factory.CreateConnectionAsync(CancellationToken.None);
        await using IChannel channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), CancellationToken.None);
        await work(channel);
    }

    /// <summary>Whether the broker was simply not there.</summary>
    public static bool IsAway(Exception problem) => problem is BrokerUnreachableException or AlreadyClosedException or OperationInterruptedException or IOException or TimeoutException;

    private sealed record Heard(string Exchange, BasicProperties Properties, byte[] Body);
}
