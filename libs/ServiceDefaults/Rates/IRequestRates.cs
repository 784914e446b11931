namespace Limner.ServiceDefaults.Rates;

/// <summary>
/// How many requests may come in a minute: in Redis for all processes, or in this one. Each budget is a bucket that holds as many requests as may come
/// in a minute and fills evenly, so that no request is refused before the minute's number has come, and none waits longer than it takes for one more.
/// </summary>
public interface IRequestRates
{
    /// <summary>Takes one request from every budget, or from none if one of them is empty.</summary>
    /// <param name="owner">What the budgets belong to; those of one owner lie on one node of a Redis cluster.</param>
    /// <param name="budgets">One at least.</param>
    /// <param name="cancellation">Stops waiting.</param>
    Task<RequestRate> TakeAsync(string owner, IReadOnlyList<RequestBudget> budgets, CancellationToken cancellation);
}
