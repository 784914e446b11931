using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Keys;

internal static class KeyAuthenticationSetup
{
    public static void AddKeyAuthentication(this IServiceCollection services)
    {
        services.AddSingleton<KeyDirectory>().AddSingleton<KeyLedger>();
        // The core alone: the rest, for cookies, would write a key ring into the user's home folder.
        services.AddWebEncoders();
        services.AddTransient<KeyAuthentication>();
        services.AddAuthenticationCore(authentication =>
        {
            authentication.AddScheme<KeyAuthentication>(KeyAuthentication.Name, null);
            authentication.DefaultScheme = KeyAuthentication.Name;
        });
        services.AddAuthorization(authorization => authorization.DefaultPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().AddRequirements(new ScopeRequirement()).Build());
    }
}
