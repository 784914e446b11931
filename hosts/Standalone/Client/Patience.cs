using System.Globalization;

namespace Limner.Standalone.Client;

/// <summary>How long a service that went away is waited for.</summary>
internal sealed class Patience(Action<string> say, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private long? _since;
    private int _tries;

    /// <summary>It is there again.</summary>
    public void Renew() => (_since, _tries) = (null, 0);

    /// <summary>Calls until there is an answer, or a fault that waiting does not help against.</summary>
    public async Task<T> PersistAsync<T>(Func<Task<T>> call, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                T answer = await call();
                Renew();
                return answer;
            }
            catch (ServiceException fault) when (fault.IsPassing)
            {
                await WaitAsync(fault, stop);
            }
        }
    }

    /// <summary>Returns when it is time for another try.</summary>
    /// <exception cref="ServiceException"><paramref name="fault"/>, when it was waited for long enough or waiting does not help.</exception>
    public async Task WaitAsync(ServiceException fault, CancellationToken stop)
    {
        _since ??= time.GetTimestamp();
        if (!fault.IsPassing || fault.RetryAfter > Limit || time.GetElapsedTime(_since.Value) > Limit)
        {
            throw fault;
        }

        if (_tries == 0)
        {
            say(string.Create(CultureInfo.InvariantCulture, $"{fault.Message} Trying again for {Limit.TotalSeconds:0} s."));
        }

        TimeSpan pause = TimeSpan.FromMilliseconds(Math.Min(LongestPause.TotalMilliseconds, 250 * Math.Pow(2, Math.Min(_tries++, 5))));
        await Task.Delay(fault.RetryAfter > pause ? fault.RetryAfter.Value : pause, time, stop);
    }
}
