using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PixieOrleans.NodeProbe.Clock;
using PixieOrleans.NodeProbe.Sockets;
using PixieOrleans.NodeProbe.Sources;
using PixieOrleans.Protocols;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Http;

namespace PixieOrleans.NodeProbe;

/// <summary>Adds the node's probes and tables to a host.</summary>
public static class NodeProbeHosting
{
    /// <summary>Configuration section of <see cref="HttpOptions"/>.</summary>
    public const string HttpSection = "Protocols:Http";

    /// <summary>Configuration section of <see cref="FramingOptions"/>.</summary>
    public const string FramingSection = "Protocols:Framing";

    /// <summary>
    /// Adds <see cref="NodeRuntime"/> with its options from the sections NodeProbe and Protocols. Bad options
    /// stop the host's start. Nothing is probed before <see cref="NodeRuntime.StartAsync"/>.
    /// </summary>
    public static IServiceCollection AddNodeProbe(this IServiceCollection services)
    {
        services.AddOptions<NodeProbeOptions>().BindConfiguration(NodeProbeOptions.Section).ValidateOnStart();
        services.AddOptions<HttpOptions>().BindConfiguration(HttpSection).ValidateOnStart();
        services.AddOptions<FramingOptions>().BindConfiguration(FramingSection).ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<NodeProbeOptions>, NodeProbeOptionsValidator>());
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<NodeProbeOptions>, NodeProbeRulesValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<HttpOptions>, HttpOptionsValidator>());
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<FramingOptions>, FramingOptionsValidator>());
        services.AddMetrics();
        services.TryAddSingleton(s => new ProtocolRegistry(
            s.GetRequiredService<IOptions<HttpOptions>>().Value,
            s.GetRequiredService<IOptions<FramingOptions>>().Value));
        services.TryAddSingleton<ISocketProbeLoader, SocketProbeLoader>();
        services.TryAddSingleton(s => new NodeRuntime(
            s.GetRequiredService<IOptions<NodeProbeOptions>>().Value,
            s.GetRequiredService<ISocketProbeLoader>(),
            s.GetRequiredService<ProtocolRegistry>().Definitions,
            SourceCatalog.Groups,
            new BootClock(),
            s.GetRequiredService<IMeterFactory>(),
            s.GetRequiredService<ILogger<NodeRuntime>>()));
        return services;
    }
}

/// <summary>Checks the ranges of <see cref="HttpOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class HttpOptionsValidator : IValidateOptions<HttpOptions>;

/// <summary>Checks the ranges of <see cref="FramingOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class FramingOptionsValidator : IValidateOptions<FramingOptions>;
