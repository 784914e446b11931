using Limner.Gateway.Errors;

namespace Limner.Gateway.Limits;

/// <summary>What a caller's quotas had left when they were read, less what is spoken for since: to see in time that preparing a job would be in vain.</summary>
internal sealed class QuotaRoom(IReadOnlyList<(LimitedAccount Limit, QuotaAccount Account)> accounts, Month month)
{
    private long _images;

    /// <returns>Why there is no room for a job of so many images; null if there is.</returns>
    public ApiException? RefusalOf(int images, DateTimeOffset now) => accounts
        .Select(one => one.Limit.RefusalOf(one.Account with { Images = one.Account.Images + _images }, images, month, now)).FirstOrDefault(usedUp => usedUp is not null);

    public void Take(int images) => _images += images;
}
