using System.Runtime.ExceptionServices;
using PixieOrleans.Kernel.Tests.Tls;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Tls.Tests.Matrix;

/// <summary>A node and a certificate for all tests of a class.</summary>
public sealed class SharedNode : IAsyncLifetime
{
    private Node? _node;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Trusted by nobody.</summary>
    public Certificate Certificate { get; } = new();

    /// <summary>The node; why there is none skips or fails the test that asks.</summary>
    internal Node Node
    {
        get
        {
            _failure?.Throw();
            return _node!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        try
        {
            Programs.RequireRoot();
            _node = await Node.StartAsync(("ScopePids:0", $"{Environment.ProcessId}")); // and its children
        }
        catch (Exception error) // a fixture cannot skip; its tests can
        {
            _failure = ExceptionDispatchInfo.Capture(error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Certificate.Dispose();
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }
    }
}
