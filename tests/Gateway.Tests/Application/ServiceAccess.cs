using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Tests.Application;

internal static class ServiceAccess
{
    public static TimeProvider GetTime(this IServiceProvider services) => services.GetRequiredService<TimeProvider>();
}
