using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Limner.ServiceDefaults.Configuration;

/// <summary>Options that are checked before anything starts.</summary>
public static class ValidatedOptionsRegistration
{
    /// <summary>
    /// Binds a section to <typeparamref name="TOptions"/>. Before the process starts, all sections are checked and every fault is listed: broken annotations
    /// and <see cref="IValidateOptions{TOptions}"/>, values of the wrong type, and names that no options type of the section has.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="section">The section, e.g. <c>Bus</c>; the environment sets its parts as <c>Bus__Host</c>.</param>
    public static OptionsBuilder<TOptions> AddValidatedOptions<TOptions>(this IServiceCollection services, string section)
        where TOptions : class
    {
        if (!services.Any(service => service.ImplementationType == typeof(ConfigurationCheck)))
        {
            services.Insert(0, ServiceDescriptor.Singleton<IHostedService, ConfigurationCheck>());
        }

        OptionsBuilder<TOptions> options = services.AddOptions<TOptions>();
        // The same options may be asked for by several services that run in one process.
        if (!services.Any(service => service.ImplementationInstance is CheckedSection known && known.Name == section && known.Type == typeof(TOptions)))
        {
            services.AddSingleton(new CheckedSection(section, typeof(TOptions), provider => _ = provider.GetRequiredService<IOptions<TOptions>>().Value));
            services.AddSingleton<IValidateOptions<TOptions>>(new AnnotatedOptions<TOptions>(section));
            options.BindConfiguration(section);
        }

        return options;
    }
}
