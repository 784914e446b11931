using Limner.Gateway;
using Limner.ServiceDefaults;
using Limner.ServiceDefaults.Health;
using Limner.ServiceDefaults.Messaging;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.Services.AddGateway(builder.Configuration);
builder.Services.AddLimnerBus(builder.Configuration, bus => bus.AddGatewayConsumers());

WebApplication app = builder.Build();
if (args is ["migrate"])
{
    await app.Services.MigrateGatewayAsync();
    return;
}

app.MapHealth();
app.MapGateway();
await app.RunUntilStoppedAsync();
