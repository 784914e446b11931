using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Keys;

internal static class KeyAuthenticationSetup
{
    public static void AddKeyAuthentication(this IServiceCollection services)
    {
        services.AddSingleton<KeyDirectory>();
        services.AddAuthentication(KeyAuthentication.Name).AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(KeyAuthentication.Name, null);
        services.AddAuthorization();
    }
}
