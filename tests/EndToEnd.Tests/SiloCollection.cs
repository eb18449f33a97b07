using System.Runtime.ExceptionServices;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.EndToEnd.Tests;

/// <summary>One silo for all tests that can share it; they run one after the other, so that loads do not mix.</summary>
[CollectionDefinition(Name)]
public sealed class SiloCollection : ICollectionFixture<SiloFixture>
{
    public const string Name = "silo";
}

/// <summary>A silo with the default options, started once.</summary>
public sealed class SiloFixture : IAsyncLifetime
{
    private SiloProcess? _silo;
    private ExceptionDispatchInfo? _failure;

    /// <summary>The running silo; why there is none skips or fails the test that asks.</summary>
    public SiloProcess Silo
    {
        get
        {
            _failure?.Throw();
            return _silo!;
        }
    }

    /// <summary>Reader of the silo's table http_events.</summary>
    public HttpEvents HttpEvents => new(Silo.Client);

    public async ValueTask InitializeAsync()
    {
        try
        {
            _silo = await SiloProcess.StartAsync([], TestContext.Current.CancellationToken);
        }
        catch (Exception error) // a fixture cannot skip; its tests can
        {
            _failure = ExceptionDispatchInfo.Capture(error);
        }
    }

    public ValueTask DisposeAsync() => _silo?.DisposeAsync() ?? ValueTask.CompletedTask;
}
