using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Kernel.Tests.Tls;

/// <summary>Clients of HTTP that take any certificate.</summary>
internal static class TlsClients
{
    /// <summary>Lets curl ask for an address.</summary>
    public static Task AskAsync(Uri address, CancellationToken cancellationToken) => ChildProcess.RunAsync(
        Programs.Require("curl", "curl"),
        ["-sk", "--http1.1", "-o", "/dev/null", address.AbsoluteUri],
        cancellationToken);
}
