using PixieOrleans.Model;

namespace PixieOrleans.Scripts.Tests.Fixtures;

/// <summary>A pod of the cluster that the goldens are about; it has one container with one process.</summary>
/// <param name="Namespace">Its namespace, also of its service.</param>
/// <param name="Name">Its name.</param>
/// <param name="Service">The service that it is part of.</param>
/// <param name="Ip">Its address.</param>
/// <param name="Node">The node that it runs on.</param>
/// <param name="Asid">Number of the node's agent.</param>
/// <param name="Tgid">Number of its process.</param>
/// <param name="CommandLine">Command line of the process.</param>
internal sealed record FixturePod(
    string Namespace, string Name, string Service, string Ip, string Node, uint Asid, uint Tgid, string CommandLine)
{
    public static readonly FixturePod Front = new("shop", "front-1", "front", "10.1.0.10", "node-a", 1, 110, "nginx");

    public static readonly FixturePod Cart1 = new("shop", "cart-1", "cart", "10.1.0.11", "node-a", 1, 111, "./cart");

    public static readonly FixturePod Cart2 = new("shop", "cart-2", "cart", "10.1.0.21", "node-b", 2, 121, "./cart");

    public static readonly FixturePod Db = new("shop", "db-1", "db", "10.1.0.22", "node-b", 2, 122, "mysqld");

    public static readonly FixturePod Broker =
        new("bus", "broker-1", "broker", "10.1.0.23", "node-b", 2, 123, "java -jar broker.jar");

    /// <summary>All pods.</summary>
    public static IReadOnlyList<FixturePod> All { get; } = [Front, Cart1, Cart2, Db, Broker];

    public string Id => $"{Name}-id";

    public string ServiceId => $"{Service}-service-id";

    public Upid Upid => new(Asid, Tgid, Tgid * 100ul);
}
