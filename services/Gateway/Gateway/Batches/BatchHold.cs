namespace Limner.Gateway.Batches;

/// <summary>Keeps a batch held through work that takes long.</summary>
internal sealed class BatchHold(BatchLedger ledger, Batch batch, TimeProvider time)
{
    private DateTimeOffset _renewed = time.GetUtcNow();

    public Batch Batch => batch;

    /// <summary>To be called again and again.</summary>
    /// <exception cref="BatchLostException">Somebody else has it by now, or its owner cancelled it.</exception>
    public async Task KeepAsync(CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (now - _renewed < BatchLedger.Hold / 3)
        {
            return;
        }

        _renewed = await ledger.RenewAsync(batch, cancellation) ? now : throw new BatchLostException();
    }

    /// <summary>Waits for one thing that may take longer than a batch is held.</summary>
    /// <exception cref="BatchLostException">As before; what was begun then ends by itself.</exception>
    public async Task<T> KeepAsync<T>(Task<T> work, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await work.WaitAsync(BatchLedger.Hold / 3, time, cancellation);
            }
            catch (TimeoutException) when (!work.IsCompleted)
            {
                await KeepAsync(cancellation);
            }
        }
    }
}

/// <summary>What was being done to a batch is not this process's to do any more.</summary>
internal sealed class BatchLostException : Exception;
