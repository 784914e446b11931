using Limner.ServiceDefaults.Messaging;

namespace Limner.ServiceDefaults.Tests.Messaging;

public sealed class ConfirmationTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_never_confirmed_and_heeds_no_token_is_published_again()
    {
        int published = 0;
        await Confirmation.RepeatAsync(_ => ++published < 3 ? new TaskCompletionSource().Task : Task.CompletedTask, TimeSpan.FromMilliseconds(20), Cancellation);
        Assert.Equal(3, published);
    }

    [Fact]
    public async Task Who_wants_it_no_more_ends_the_attempts()
    {
        using var unwanted = new CancellationTokenSource();
        Task publishing = Confirmation.RepeatAsync(_ => new TaskCompletionSource().Task, TimeSpan.FromHours(1), unwanted.Token);
        Assert.False(publishing.IsCompleted);
        await unwanted.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publishing);
    }

    [Fact]
    public Task A_fault_is_the_publishers_own_matter() =>
        Assert.ThrowsAsync<InvalidOperationException>(() => Confirmation.RepeatAsync(_ => throw new InvalidOperationException(), TimeSpan.FromHours(1), Cancellation));
}
