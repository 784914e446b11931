using Limner.Decoder;
using Limner.ServiceDefaults;
using Limner.ServiceDefaults.Health;
using Limner.ServiceDefaults.Messaging;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.Services.AddDecoder(builder.Configuration);
builder.Services.AddLimnerBus(builder.Configuration, bus => bus.AddDecoderConsumers());

var app = builder.Build();
app.MapHealth();
app.Run();
