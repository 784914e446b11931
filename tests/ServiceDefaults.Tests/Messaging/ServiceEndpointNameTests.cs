using Limner.ServiceDefaults.Messaging;

namespace Limner.ServiceDefaults.Tests.Messaging;

public sealed class ServiceEndpointNameTests
{
    [Fact]
    public void A_queue_is_named_after_service_and_consumer() =>
        Assert.Equal("servicedefaults-prompt-rejected", new ServiceEndpointNames().Consumer<PromptRejectedConsumer>());
}
