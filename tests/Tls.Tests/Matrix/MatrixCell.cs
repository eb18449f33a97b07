namespace PixieOrleans.Tls.Tests.Matrix;

/// <summary>One target in one role with one load, against a real peer.</summary>
/// <param name="Target">The target.</param>
/// <param name="Role">"server" or "client".</param>
/// <param name="Server">The server: the target's, or the load's usual one.</param>
/// <param name="Client">The client: the target's, or the load's usual one.</param>
internal sealed record MatrixCell(TlsTarget Target, string Role, TlsServer Server, TlsClient Client)
{
    /// <summary>What is asked for.</summary>
    public TlsLoad Load => Server.Load;

    /// <summary>Value of the column trace_role: 1 client, 2 server.</summary>
    public int TraceRole => Role == "server" ? 2 : 1;

    /// <summary>Tells it from all others.</summary>
    public string Name => $"{Target.Name}, {Role}, {Load.Name}";

    /// <summary>All cells of targets.</summary>
    public static IEnumerable<MatrixCell> Of(IEnumerable<TlsTarget> targets) => targets.SelectMany(target =>
        target.Servers.Select(server => new MatrixCell(target, "server", server, UsualPeers.ClientOf(server.Load)))
            .Concat(target.Clients.Select(
                client => new MatrixCell(target, "client", UsualPeers.ServerOf(client.Load), client))));
}
