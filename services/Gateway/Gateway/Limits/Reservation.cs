namespace Limner.Gateway.Limits;

/// <summary>What a job took from quotas when it was accepted, to be settled when it ends.</summary>
/// <param name="Month">Of its acceptance, like <c>2026-11</c>: a job counts there whenever it ends.</param>
/// <param name="Images">As many as it asked for.</param>
/// <param name="ComputeSeconds">What they should take, by what was drawn lately.</param>
/// <param name="Accounts">From whose: the tenant's before the key's, the one order in which accounts are locked.</param>
internal sealed record Reservation(string Month, int Images, double ComputeSeconds, IReadOnlyList<string> Accounts);
