using System.Globalization;
using Limner.Gateway.Connections;
using Limner.Gateway.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.EventStreams;

/// <summary>Counts the event streams that this process holds open, of all and of each tenant, so that none can have them all.</summary>
internal sealed class OpenStreams(IOptions<ConnectionOptions> options)
{
    /// <summary>When one will end nobody knows: it lasts as long as its job.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _open = new(StringComparer.Ordinal);
    private int _all;

    /// <summary>Takes a place for a stream, which is free again when what is returned is disposed.</summary>
    /// <exception cref="ApiException">429: there is none.</exception>
    public IDisposable Enter(string tenant)
    {
        lock (_lock)
        {
            int own = _open.GetValueOrDefault(tenant);
            if (own >= options.Value.MaxStreamsPerTenant)
            {
                throw Full($"{own} event streams of this tenant are open", "close one that you do not read");
            }

            if (_all >= options.Value.MaxStreams)
            {
                throw Full($"{_all} event streams are open", "ask for the job itself now and then");
            }

            _open[tenant] = own + 1;
            _all++;
            return new Place(this, tenant);
        }
    }

    private void Leave(string tenant)
    {
        lock (_lock)
        {
            _all--;
            if (--_open[tenant] == 0)
            {
                _open.Remove(tenant);
            }
        }
    }

    private static ApiException Full(string full, string instead) => new(
        StatusCodes.Status429TooManyRequests, ErrorCode.TooManyStreams,
        string.Create(CultureInfo.InvariantCulture, $"{full} at this Gateway, and no more may be. Try again in {Pause.TotalSeconds} s, or {instead}."), retryAfter: Pause);

    private sealed class Place(OpenStreams streams, string tenant) : IDisposable
    {
        private bool _isLeft;

        public void Dispose()
        {
            if (!_isLeft)
            {
                _isLeft = true;
                streams.Leave(tenant);
            }
        }
    }
}
