namespace Limner.ObjectStorage.S3;

/// <summary>
/// An object as the server sends it. The client's time limit ends where the answer begins, and whoever only reads is not told that the other side has vanished:
/// without a limit for each part, a machine that dies in the middle is waited for for ever.
/// </summary>
internal sealed class PatientStream(Stream content, TimeSpan patience, TimeProvider clock, Func<Exception, Exception> unavailable) : ForwardStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var limit = new CancellationTokenSource(patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await content.ReadAsync(buffer, either.Token);
        }
        catch (Exception fault) when (fault is IOException || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw unavailable(fault);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await content.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            content.Dispose();
        }

        base.Dispose(disposing);
    }
}
