using Limner.ObjectStorage.Local;
using Limner.ObjectStorage.S3;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Limner.ObjectStorage.Tests;

public sealed class StorageOptionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_configuration_it_is_a_folder()
    {
        await using ServiceProvider provider = Compose();
        Assert.IsType<LocalObjectStore>(provider.GetRequiredService<IObjectStore>());
    }

    [Fact]
    public async Task Kind_s3_is_a_bucket()
    {
        await using ServiceProvider provider = Compose("Kind=s3", "Endpoint=http://localhost:9000", "AccessKey=a", "SecretKey=b");
        Assert.IsType<S3ObjectStore>(provider.GetRequiredService<IObjectStore>());
    }

    [Fact]
    public async Task Services_of_one_process_share_one_store_and_one_check()
    {
        ServiceCollection services = [];
        IConfiguration configuration = new ConfigurationBuilder().Build();
        services.AddLogging().AddSingleton(configuration).AddObjectStorage(configuration).AddObjectStorage(configuration);
        await using ServiceProvider provider = services.BuildServiceProvider();
        Assert.Single(provider.GetServices<IObjectStore>());
        Assert.Single(provider.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations);
    }

    [Theory]
    [InlineData("Storage:Path: it is empty", "Path=")]
    [InlineData("Storage:Bucket: it is empty", "Kind=s3", "Bucket=")]
    [InlineData("Storage:Region: it is empty", "Kind=s3", "Region=")]
    [InlineData("Storage:Endpoint: it is 'minio:9000'; it has to be an address", "Kind=s3", "Endpoint=minio:9000")]
    [InlineData("Storage:PublicEndpoint: it is 'https://example.org/s3'; it has to be an address without a path", "Kind=s3", "PublicEndpoint=https://example.org/s3")]
    [InlineData("Storage:SecretKey: it is empty; give both", "Kind=s3", "AccessKey=a")]
    [InlineData("Storage:AccessKey: it is empty; give both", "Kind=s3", "SecretKey=b")]
    [InlineData("Storage:Timeout: it has to be between", "Timeout=00:00:00")]
    [InlineData("Storage:Retries: it has to be between", "Retries=11")]
    public async Task What_cannot_work_stops_the_start_with_a_sentence(string sentence, params string[] settings)
    {
        using IHost host = HostOf(settings);
        OptionsValidationException error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Cancellation));
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_mistake_is_told_at_once()
    {
        using IHost host = HostOf("Kind=s3", "Bucket=", "Endpoint=x", "AccessKey=a");
        OptionsValidationException error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Cancellation));
        Assert.Equal(3, error.Failures.Count());
    }

    [Fact]
    public async Task Ready_tells_that_the_store_is_missing_and_that_it_came_back()
    {
        await using ServiceProvider provider = Compose($"Path={_folder.At("objects")}");
        await File.WriteAllTextAsync(_folder.At("objects"), "in the way", Cancellation);
        HealthCheckService health = provider.GetRequiredService<HealthCheckService>();
        HealthReport missing = await health.CheckHealthAsync(Cancellation);
        Assert.Equal(HealthStatus.Unhealthy, missing.Entries["object store"].Status);
        Assert.Equal("The object store does not answer.", missing.Entries["object store"].Description);

        File.Delete(_folder.At("objects"));
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(Cancellation)).Status);
    }

    public void Dispose() => _folder.Dispose();

    private static ServiceProvider Compose(params string[] settings)
    {
        IConfiguration configuration = ConfigurationOf(settings);
        return new ServiceCollection().AddLogging().AddSingleton(configuration).AddObjectStorage(configuration).BuildServiceProvider();
    }

    private static IHost HostOf(params string[] settings)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(Pairs(settings));
        builder.Services.AddObjectStorage(builder.Configuration);
        return builder.Build();
    }

    private static IConfiguration ConfigurationOf(string[] settings) => new ConfigurationBuilder().AddInMemoryCollection(Pairs(settings)).Build();

    private static IEnumerable<KeyValuePair<string, string?>> Pairs(string[] settings) =>
        settings.Select(setting => setting.Split('=', 2)).Select(pair => KeyValuePair.Create($"Storage:{pair[0]}", (string?)pair[1]));
}
