using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Hosting;
using PixieOrleans.Grains.Cluster;
using PixieOrleans.Grains.Entities;
using PixieOrleans.Grains.Fragments;
using PixieOrleans.Grains.Interfaces.Nodes;
using PixieOrleans.Grains.Interfaces.Queries;
using PixieOrleans.Grains.Names;
using PixieOrleans.Grains.Nodes;
using PixieOrleans.Grains.Placement;
using PixieOrleans.Grains.Queries;
using PixieOrleans.Grains.TableFunctions;
using PixieOrleans.NodeProbe;

namespace PixieOrleans.Grains;

/// <summary>Adds the grains' services to a silo. The caller adds an <see cref="INodeService"/>.</summary>
public static class GrainsHosting
{
    /// <summary>Entries of a silo's cache of grain addresses; the default of a million takes 17 MiB.</summary>
    private const int DirectoryCacheEntries = 10_000;

    /// <summary>Grains, their services, placement and the silo's options.</summary>
    public static ISiloBuilder AddPixieGrains(this ISiloBuilder silo)
    {
        silo.Services.TryAddSingleton(TimeProvider.System);
        AddServices(silo.Services);
        silo.AddGrainDirectory(NoDirectory.Name, static (_, _) => new NoDirectory());
        silo.Services.AddPlacementDirector<NodePlacement, NodePlacementDirector>();
        silo.Services.AddOptions<FragmentOptions>().BindConfiguration("Fragments").ValidateOnStart();
        silo.Services.AddOptions<QueryOptions>().BindConfiguration("Query").ValidateOnStart();
        silo.Services.AddSingleton<IValidateOptions<FragmentOptions>, FragmentOptionsValidator>();
        silo.Services.AddSingleton<IValidateOptions<QueryOptions>, QueryOptionsValidator>();
        silo.Configure<GrainDirectoryOptions>(options => options.CacheSize = DirectoryCacheEntries);
        silo.Configure<ClusterMembershipOptions>(ConfigureMembership);
        silo.Configure<SiloMessagingOptions>(ConfigureMessaging);
        return silo;
    }

    /// <summary>The node itself: its probes and tables.</summary>
    public static ISiloBuilder AddPixieNode(this ISiloBuilder silo)
    {
        silo.Services.AddNodeProbe();
        silo.Services.AddSingleton<INodeService, RuntimeNodeService>();
        return silo;
    }

    private static void AddServices(IServiceCollection services)
    {
        services.AddSingleton<GrainsMetrics>();
        services.AddSingleton<LocalNode>();
        services.AddSingleton<ILocalNode>(s => s.GetRequiredService<LocalNode>());
        services.AddSingleton<FragmentRunner>();
        services.AddSingleton<StreamRunner>();
        services.AddSingleton<SchemaCatalog>();
        services.AddSingleton<QueryCompiler>();
        services.AddSingleton<QueryTargets>();
        services.AddSingleton<IQueryEnvironments, QueryEnvironments>();
        services.AddSingleton<IQueryEnvironmentSource, ReverseNameSource>();
        services.AddSingleton<ClusterPictures>();
        services.AddSingleton<ClusterEntities>();
        services.AddSingleton<IQueryEnvironmentSource, EntityEnvironment>();
        services.AddSingleton<IQueryEnvironmentSource, TableFunctionSource>(); // tells of the entities
        services.AddSingleton<IRowBlockReader, RowBlockReader>();
        services.AddSingleton<NodeDirectory>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(s => s.GetRequiredService<NodeDirectory>());
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, NodeStarter>();
    }

    // A silo that dies is noticed after about 6 s. Two votes guard against a silo that is itself cut off; with
    // fewer than three silos Orleans asks for as many votes as there are.
    private static void ConfigureMembership(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = TimeSpan.FromSeconds(2);
        options.NumMissedProbesLimit = 3;
        options.NumVotesForDeathDeclaration = 2;
        options.TableRefreshTimeout = TimeSpan.FromSeconds(20);
    }

    // Calls are short: what takes long is streamed. An absent node fails at once instead of being placed again.
    private static void ConfigureMessaging(SiloMessagingOptions options)
    {
        options.ResponseTimeout = TimeSpan.FromSeconds(10);
        options.CancelRequestOnTimeout = true;
        options.PlacementMaxRetries = 0;
    }
}
