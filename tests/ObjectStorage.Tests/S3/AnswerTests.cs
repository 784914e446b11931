using Limner.ObjectStorage.S3;

namespace Limner.ObjectStorage.Tests.S3;

public sealed class AnswerTests
{
    [Theory]
    [InlineData(503, "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>")]
    [InlineData(500, "<Error><Code>InternalError</Code></Error>")]
    [InlineData(403, "<Error><Code>InvalidAccessKeyId</Code></Error>")]
    [InlineData(404, "404 page not found")] // a proxy whose server is away
    public async Task An_answer_that_is_no_word_about_the_object_is_unavailable_in_every_call(int status, string body)
    {
        await using var server = new StubServer(status, body);
        using var store = new S3ObjectStore(
            new StorageOptions { Kind = StorageKind.S3, Endpoint = server.Address, AccessKey = "key", SecretKey = "secret", Bucket = S3Server.NewName(), Retries = 0 }, TimeProvider.System);
        foreach (Func<Task> call in new Func<Task>[]
        {
            () => store.PutIfAbsentAsync("a/1.png", new byte[10], "image/png", TestContext.Current.CancellationToken), () => store.OpenAsync("a/0.png", TestContext.Current.CancellationToken),
            () => store.DeleteAsync("a/0.png", TestContext.Current.CancellationToken), async () => await store.ListAsync("", TestContext.Current.CancellationToken).ToArrayAsync(TestContext.Current.CancellationToken)
        })
        {
            await Assert.ThrowsAsync<ObjectStoreUnavailableException>(call);
        }

        Assert.False(await store.IsReachableAsync(TestContext.Current.CancellationToken));
    }
}
