using Limner.Decoder;
using Limner.Inference;
using Limner.ServiceDefaults;
using Limner.ServiceDefaults.Health;
using Limner.ServiceDefaults.Messaging;
using Microsoft.Extensions.Options;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.Services.AddDecoder(builder.Configuration);
builder.Services.AddLimnerBus(builder.Configuration, bus => bus.AddDecoderConsumers());

var app = builder.Build();
app.MapHealth();
try
{
    await app.RunUntilStoppedAsync();
    return 0;
}
catch (Exception problem) when (problem is ModelFolderException or ExecutionProviderException or OptionsValidationException)
{
    // Whoever started it has something to mend: the last line says what, and it is no crash.
    Console.Error.WriteLine(problem.Message);
    return 1;
}
