using Limner.Decoder;
using Limner.Inference;
using Limner.ServiceDefaults;
using Limner.ServiceDefaults.Health;
using Limner.ServiceDefaults.Messaging;

return await ServiceRun.ExplainAsync(async () =>
{
    WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
    builder.AddServiceDefaults();
    builder.Services.AddDecoder(builder.Configuration);
    builder.Services.AddLimnerBus(builder.Configuration, bus => bus.AddDecoderConsumers());

    WebApplication app = builder.Build();
    app.MapHealth();
    await app.RunUntilStoppedAsync();
}, typeof(ModelFolderException), typeof(ExecutionProviderException));
