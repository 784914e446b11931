using Limner.Gateway.Database;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Background;

/// <summary>
/// What one Gateway does for all, every so often, whoever it is: a row of each such thing says when it is due. Who finds it due puts it off and does it, and puts it off again and again
/// meanwhile; if he stops without a word, it is due by itself. Everything that is done so bears being done twice: a hold that is lost does no harm (ADR 24).
/// </summary>
internal sealed class Duties(Transactions database, TimeProvider time)
{
    /// <summary>After so long without a word, somebody else may do it. Clocks that differ by less do no harm.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Renewal = Hold / 4;

    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(1);

    /// <summary>Does <paramref name="work"/> if it is due, with a token that is cancelled when it is stopped or somebody else has it.</summary>
    /// <returns>Whether it was due, and nobody else was quicker.</returns>
    public async Task<bool> DoAsync(string name, TimeSpan every, Func<CancellationToken, Task> work, CancellationToken stop)
    {
        var holder = Guid.NewGuid();
        if (!await TakeAsync(name, holder, every, stop))
        {
            return false;
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task holding = HoldAsync(name, holder, over);
        try
        {
            await work(over.Token);
            await ChangeAsync(name, holder, null, every, stop);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            // It is somebody else's by now.
        }
        catch (Exception) when (!stop.IsCancellationRequested)
        {
            await ChangeAsync(name, holder, null, AfterFailure, stop);
            throw;
        }
        finally
        {
            await over.CancelAsync();
            await holding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return true;
    }

    private async Task<bool> TakeAsync(string name, Guid holder, TimeSpan every, CancellationToken stop)
    {
        // Nobody puts it off for longer, but with an earlier setting or a clock that was wrong.
        DateTimeOffset now = time.GetUtcNow(), latest = now + every + Hold;
        try
        {
            return await database.WriteAsync(async context =>
            {
                IQueryable<Duty> duty = context.Duties.Where(duty => duty.Name == name);
                int taken = await duty.Where(duty => duty.Due <= now || (duty.Holder == null && duty.Due > latest))
                    .ExecuteUpdateAsync(set => set.SetProperty(duty => duty.Holder, holder).SetProperty(duty => duty.Due, now + Hold), stop);
                if (taken == 0 && !await duty.AnyAsync(stop))
                {
                    context.Add(new Duty(name, now + Hold, holder));
                    return true;
                }

                return taken == 1;
            }, stop);
        }
        catch (Exception fault) when (DatabaseFaults.IsDuplicate(fault))
        {
            // Two did it for the first time, and the other was quicker.
            return false;
        }
    }

    private async Task HoldAsync(string name, Guid holder, CancellationTokenSource over)
    {
        while (await RenewAsync(name, holder, over.Token))
        {
        }

        await over.CancelAsync();
    }

    // Without the database nobody else can take it either.
    private async Task<bool> RenewAsync(string name, Guid holder, CancellationToken over)
    {
        try
        {
            await Task.Delay(Renewal, time, over);
            return await ChangeAsync(name, holder, holder, Hold, over);
        }
        catch (Exception fault) when (!over.IsCancellationRequested && DatabaseFaults.IsUnavailable(fault))
        {
            return true;
        }
    }

    /// <returns>Whether it was still this holder's.</returns>
    private Task<bool> ChangeAsync(string name, Guid holder, Guid? next, TimeSpan pause, CancellationToken cancellation) => database.WriteAsync(
        async context => await context.Duties.Where(duty => duty.Name == name && duty.Holder == holder)
            .ExecuteUpdateAsync(set => set.SetProperty(duty => duty.Holder, next).SetProperty(duty => duty.Due, time.GetUtcNow() + pause), cancellation) == 1,
        cancellation);
}
