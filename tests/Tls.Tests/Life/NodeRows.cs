using PixieOrleans.Kernel.Tests.Tls;
using PixieOrleans.NodeProbe.Tests;

namespace PixieOrleans.Tls.Tests.Life;

/// <summary>Rows of HTTP over TLS of a node, in the order of their time.</summary>
internal static class NodeRows
{
    /// <summary>Status and path of a server's rows.</summary>
    /// <param name="node">The node.</param>
    /// <param name="port">Of the server.</param>
    /// <param name="role">2: the server's own rows; 1: those of its clients.</param>
    public static List<string> Requests(this Node node, int port, int role = 2) =>
    [
        .. TableText.Read(
                node.Runtime.Tables,
                "http_events",
                role == 2 ? "local_port" : "remote_port",
                "trace_role",
                "encrypted",
                "resp_status",
                "req_path")
            .Where(row => row.StartsWith($"{port} {role} true ", StringComparison.Ordinal))
            .Select(row => row.Split(' ', 4)[3]),
    ];
}
