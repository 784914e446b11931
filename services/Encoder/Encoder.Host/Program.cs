using Limner.Encoder;
using Limner.ServiceDefaults;
using Limner.ServiceDefaults.Health;
using Limner.ServiceDefaults.Messaging;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.Services.AddEncoder(builder.Configuration);
builder.Services.AddLimnerBus(builder.Configuration, bus => bus.AddEncoderConsumers());

var app = builder.Build();
app.MapHealth();
app.Run();
