using System.Net;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using PixieOrleans.Api.Hosting;
using PixieOrleans.Grains;
using PixieOrleans.Grains.Membership;
using PixieOrleans.Silo.Configuration;

namespace PixieOrleans.Silo.Hosting;

/// <summary>Composes a silo: settings, node service, grains, membership, API.</summary>
internal static class SiloHost
{
    private const string ServiceId = "pixie-orleans";

    /// <summary>Builds the host; nothing is started.</summary>
    /// <exception cref="BadConfigurationException">The settings make no sense.</exception>
    public static WebApplication Build(CommandLine commandLine)
    {
        // Empty: no file watchers, no settings from elsewhere, no ASPNETCORE_URLS that could open other addresses.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "pixie-silo" });
        Settings.AddTo(builder.Configuration, commandLine);
        Settings.ThrowIfUnknown(builder.Configuration, commandLine);
        builder.Configuration.AddInMemoryCollection(Settings.SplitLists(builder.Configuration));
        AddLogging(builder);
        builder.Services.AddOptions<HostSettings>().BindConfiguration(HostSettings.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<HostSettings>, HostSettingsValidator>();
        builder.Services.AddSingleton<IValidateOptions<HostSettings>, MembershipValidator>();
        var settings = builder.Configuration.GetSection(HostSettings.Section).Get<HostSettings>() ?? new HostSettings();
        builder.UseOrleans(silo => ConfigureSilo(silo, settings));
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRouting();
        builder.Services.AddPixieApi();
        builder.Services.AddHostedService<ReadyReport>();
        return builder.Build().MapPixieApi();
    }

    private static void ConfigureSilo(ISiloBuilder silo, HostSettings settings)
    {
        silo.AddPixieGrains().AddPixieNode();
        silo.Configure<SiloOptions>(options => options.SiloName = settings.Node);
        if (settings.Membership == MembershipKind.File)
        {
            silo.UseFileMembership(settings.MembershipFile ?? "");
            silo.ConfigureEndpoints(IPAddress.Loopback, settings.SiloPort, settings.GatewayPort);
            silo.Configure<ClusterOptions>(options =>
                (options.ServiceId, options.ClusterId) = (ServiceId, settings.ClusterId));
        }
        else
        {
            silo.UseLocalhostClustering(
                settings.SiloPort, settings.GatewayPort, serviceId: ServiceId, clusterId: settings.ClusterId);
        }
    }

    private static void AddLogging(WebApplicationBuilder builder)
    {
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.UseUtcTimestamp = true;
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter("PixieOrleans", LogLevel.Information);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None); // Program says it
        builder.Logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error); // warns of its own first round
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
    }
}
