using System.Runtime.ExceptionServices;

namespace PixieOrleans.EndToEnd.Tests;

/// <summary>A server that the tests of a class share, started once.</summary>
public abstract class SharedServer<T>(Func<CancellationToken, Task<T>> start) : IAsyncLifetime
    where T : class, IAsyncDisposable
{
    private T? _server;
    private ExceptionDispatchInfo? _failure;

    /// <summary>The running server; why there is none skips or fails the test that asks.</summary>
    public T Server
    {
        get
        {
            _failure?.Throw();
            return _server!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        try
        {
            _server = await start(TestContext.Current.CancellationToken);
        }
        catch (Exception error) // a fixture cannot skip; its tests can
        {
            _failure = ExceptionDispatchInfo.Capture(error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_server is { } server)
        {
            await server.DisposeAsync();
        }
    }
}
