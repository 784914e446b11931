using Limner.Gateway.Database;
using Limner.Gateway.Errors;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Idempotency;

/// <summary>
/// Does what a request asks for once, however often and wherever at once it comes: the key is written in the transaction that makes the thing, and the
/// table's own key refuses a second. A request that failed made nothing, leaves no key and may be sent again.
/// </summary>
internal sealed class KnownRequests(Transactions database, TimeProvider time)
{
    /// <returns>What a request with this key made before; null if it has no key or the key is new.</returns>
    /// <exception cref="ApiException">The key was given to something else.</exception>
    public async Task<IdempotencyKey?> FindAsync(RepeatableRequest? request, CancellationToken cancellation)
    {
        if (request is null)
        {
            return null;
        }

        await using GatewayContext context = database.Read();
        IdempotencyKey? known = await context.IdempotencyKeys.AsNoTracking()
            .SingleOrDefaultAsync(row => row.Tenant == request.Tenant && row.Key == request.Key, cancellation);
        if (known is not null)
        {
            request.RefuseUnlessSame(known);
        }

        return known;
    }

    /// <summary>Whether something was made under the key of a request whose body has not come yet.</summary>
    public async Task<bool> HasAsync(RepeatableRequest request, CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        return await context.IdempotencyKeys.AnyAsync(row => row.Tenant == request.Tenant && row.Key == request.Key, cancellation);
    }

    /// <summary>Answers as the first time, or does <paramref name="create"/>, in a transaction, and keeps what it answers.</summary>
    public async Task<FirstReply> AnswerAsync(RepeatableRequest? request, Func<GatewayContext, Task<FirstReply>> create, CancellationToken cancellation)
    {
        if (await FindAsync(request, cancellation) is { Reply: { } first })
        {
            return first;
        }

        try
        {
            return await database.WriteAsync(async context =>
            {
                FirstReply reply = await create(context);
                if (request is not null)
                {
                    context.Add(request.ToKey(time.GetUtcNow()) with { Reply = reply });
                }

                return reply;
            }, cancellation);
        }
        catch (Exception refused) when (request is not null && (refused is ApiException || DatabaseFaults.IsDuplicate(refused)))
        {
            // The same request at the same time, and the other one was quicker: to take the key, or what was left of a limit.
            if (await FindAsync(request, cancellation) is { Reply: { } other })
            {
                return other;
            }

            throw;
        }
    }
}
