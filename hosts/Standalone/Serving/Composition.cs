using Limner.Decoder;
using Limner.Encoder;
using Limner.Gateway;
using Limner.Moderation;
using Limner.ServiceDefaults;
using Limner.ServiceDefaults.Health;
using Limner.ServiceDefaults.Messaging;
using Limner.Standalone.Commands;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Limner.Standalone.Serving;

/// <summary>The four services in one process.</summary>
internal static class Composition
{
    public static WebApplication Create(ServeOptions options, DataFolder data)
    {
        // Configuration files are looked for beside the program: the working folder is anybody's.
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        ServerSettings.Apply(builder.Configuration, options, data);
        builder.WebHost.UseUrls(options.Url);
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, CallersLifetime>());
        // Standard output is for the key and the address.
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);

        builder.AddServiceDefaults();
        // In the order of their starts: a model that cannot be used is found before there is a database.
        builder.Services.AddEncoder(builder.Configuration);
        builder.Services.AddDecoder(builder.Configuration);
        builder.Services.AddModeration(builder.Configuration);
        builder.Services.AddGateway(builder.Configuration);
        builder.Services.AddLimnerBus(builder.Configuration, bus =>
        {
            bus.AddGatewayConsumers();
            bus.AddModerationConsumers();
            bus.AddEncoderConsumers();
            bus.AddDecoderConsumers();
        });

        WebApplication app = builder.Build();
        app.MapHealth();
        app.MapGateway();
        return app;
    }
}
