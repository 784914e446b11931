using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Limner.Standalone.Client;

/// <summary>
/// A job's events to its last one, over as many connections as that takes: each goes on after the last event that had an id, so that none is told twice and
/// none is missing. Progress has no id; what is lost of it is lost.
/// </summary>
internal sealed class JobStream(ServiceClient client, Patience patience)
{
    private static readonly string[] Ends = ["job.completed", "job.failed", "job.cancelled"];

    public async IAsyncEnumerable<ToldEvent> WatchAsync(string job, [EnumeratorCancellation] CancellationToken stop)
    {
        string? last = null;
        while (true)
        {
            var connection = new Connection(client, job, last);
            await using (IAsyncEnumerator<ToldEvent> events = connection.ReadAsync(stop).GetAsyncEnumerator(stop))
            {
                while (await NextAsync(events, connection))
                {
                    patience.Renew();
                    last = events.Current.Id ?? last;
                    yield return events.Current;
                    if (Ends.Contains(events.Current.Name))
                    {
                        yield break;
                    }
                }
            }

            if (connection.IsOver)
            {
                yield break;
            }

            await patience.WaitAsync(connection.Fault ?? client.Broken(new IOException("the connection was lost")), stop);
        }
    }

    private async Task<bool> NextAsync(IAsyncEnumerator<ToldEvent> events, Connection connection)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (ServiceException fault) when (client.HasAnswered && fault.IsPassing)
        {
            connection.Fault = fault;
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException or JsonException)
        {
            connection.Fault = client.Broken(broken);
        }

        return false;
    }

    private sealed class Connection(ServiceClient client, string job, string? last)
    {
        /// <summary>Whether the service said that there is nothing more to come.</summary>
        public bool IsOver { get; private set; }

        public ServiceException? Fault { get; set; }

        public async IAsyncEnumerable<ToldEvent> ReadAsync([EnumeratorCancellation] CancellationToken stop)
        {
            using HttpResponseMessage? response = await client.OpenEventsAsync(job, last, stop);
            if (response is null)
            {
                IsOver = true;
                yield break;
            }

            string? before = last;
            await foreach (SseItem<string> item in SseParser.Create(await response.Content.ReadAsStreamAsync(stop)).EnumerateAsync(stop))
            {
                // A stream's id stands until another comes; an event that brought none of its own has none.
                string? id = item.EventId is { Length: > 0 } given && given != before ? given : null;
                before = id ?? before;
                yield return new ToldEvent(id, item.EventType, JsonNode.Parse(item.Data) as JsonObject ?? []);
            }
        }
    }
}

/// <summary>One event; progress has no id.</summary>
internal sealed record ToldEvent(string? Id, string Name, JsonObject Data);
