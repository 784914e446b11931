using Limner.Gateway.Errors;
using Limner.ObjectStorage;

namespace Limner.Gateway.Images;

/// <summary>Whether images can be kept, as of the last look: a job whose images nobody could store is better refused.</summary>
internal sealed class StorageProbe(IObjectStore store)
{
    private volatile bool _isAway;

    public async Task LookAsync(CancellationToken cancellation)
    {
        try
        {
            _isAway = !await store.IsReachableAsync(cancellation);
        }
        catch (ObjectStoreUnavailableException)
        {
            _isAway = true;
        }
    }

    public void RefuseIfAway()
    {
        if (_isAway)
        {
            throw ApiException.Unavailable(ErrorCode.StorageUnavailable, "Images cannot be stored just now; nothing was accepted; try again.");
        }
    }
}
