using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.EndToEnd.Tests;

/// <summary>One silo for all tests that can share it; they run one after the other, so that loads do not mix.</summary>
[CollectionDefinition(Name)]
public sealed class SiloCollection : ICollectionFixture<SiloFixture>
{
    public const string Name = "silo";
}

/// <summary>A silo with the default options, started once.</summary>
public sealed class SiloFixture() : SharedServer<SiloProcess>(cancel => SiloProcess.StartAsync([], cancel))
{
    /// <summary>The running silo.</summary>
    public SiloProcess Silo => Server;

    /// <summary>Reader of the silo's table http_events.</summary>
    public HttpEvents HttpEvents => new(Silo.Client);
}
