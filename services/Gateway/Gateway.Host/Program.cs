using Limner.Gateway;
using Limner.ServiceDefaults;
using Limner.ServiceDefaults.Health;
using Limner.ServiceDefaults.Messaging;

return await ServiceRun.ExplainAsync(async () =>
{
    WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
    builder.AddServiceDefaults();
    builder.Services.AddGateway(builder.Configuration);
    builder.Services.AddLimnerBus(builder.Configuration, bus => bus.AddGatewayConsumers());

    WebApplication app = builder.Build();
    app.MapHealth();
    if (args is ["migrate"])
    {
        await app.Services.RunMigrationAsync();
        return;
    }

    app.MapGateway();
    await app.RunUntilStoppedAsync();
}, typeof(IOException));
