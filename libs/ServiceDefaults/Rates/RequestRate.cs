namespace Limner.ServiceDefaults.Rates;

/// <summary>What came of a request, told of the budget that is nearest to its end.</summary>
/// <param name="IsGranted">Whether it may be served.</param>
/// <param name="Limit">Requests in a minute.</param>
/// <param name="Remaining">Requests that may come at once from now on.</param>
/// <param name="Reset">Until <paramref name="Limit"/> requests may come at once again.</param>
/// <param name="RetryAfter">Until one more may come; zero if it may now.</param>
public sealed record RequestRate(bool IsGranted, int Limit, int Remaining, TimeSpan Reset, TimeSpan RetryAfter)
{
    /// <param name="granted">Whether it was taken.</param>
    /// <param name="budgets">The budgets.</param>
    /// <param name="debts">What each bucket lacks of being full, in microseconds, after it.</param>
    internal static RequestRate Of(bool granted, IReadOnlyList<RequestBudget> budgets, IReadOnlyList<long> debts) =>
        budgets.Zip(debts, (budget, debt) => new RequestRate(
            granted, budget.PerMinute, (int)Math.Max(0, (RequestBudget.Minute - debt) / budget.Cost),
            TimeSpan.FromMicroseconds(debt), TimeSpan.FromMicroseconds(Math.Max(0, debt + budget.Cost - RequestBudget.Minute))))
        .MinBy(rate => (rate.Remaining, -rate.RetryAfter))!;
}
