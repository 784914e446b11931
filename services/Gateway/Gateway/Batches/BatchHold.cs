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
}

/// <summary>What was being done to a batch is not this process's to do any more.</summary>
internal sealed class BatchLostException : Exception;
