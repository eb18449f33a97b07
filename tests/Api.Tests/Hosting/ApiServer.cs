using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using PixieOrleans.Api.Hosting;
using PixieOrleans.Grains;
using PixieOrleans.Grains.Interfaces.Nodes;
using PixieOrleans.Grains.Nodes;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Api.Tests.Hosting;

/// <summary>The API on a silo of its own, node-a, in this process; requests go in without a socket.</summary>
public sealed class ApiServer : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private WebApplication? _app;

    public HttpClient Client { get; private set; } = null!;

    internal ApiNode Node { get; } = new();

    /// <summary>True when a test has added its stacks; they are the same for all tests of a class.</summary>
    internal bool HasStacks { get; set; }

    /// <summary>The user's own folder of scripts.</summary>
    internal TempFolder Scripts { get; } = new();

    public async ValueTask InitializeAsync()
    {
        var ports = FreePort.Next(2);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseTestServer();
        builder.Configuration.AddInMemoryCollection([new("Scripts:Folder", Scripts.Path)]);
        builder.Services.AddRouting();
        builder.Services.AddPixieApi();
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(ports[0], ports[1]);
            silo.Configure<SiloOptions>(o => o.SiloName = "node-a");
            silo.AddPixieGrains();
            silo.Services.AddSingleton<INodeService>(Node);
        });
        _app = builder.Build().MapPixieApi();
        await _app.StartAsync(TestContext.Current.CancellationToken);
        Client = _app.GetTestClient();
        var node = _app.Services.GetRequiredService<ILocalNode>();
        await Poll.UntilAsync(
            () => Task.FromResult(node.State == NodeState.Ready),
            Deadline,
            () => "the node is ready",
            TestContext.Current.CancellationToken);
        Node.AddRow(1_500_000_000, new UInt128(0x0102030405060708, 9), "plain"u8.ToArray(), -7, 1.5, true);
        Node.AddRow(-1, 0, [(byte)'a', (byte)'"', (byte)',', 0xff], long.MaxValue, double.NaN, false);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app!.DisposeAsync();
        Scripts.Dispose();
    }
}
