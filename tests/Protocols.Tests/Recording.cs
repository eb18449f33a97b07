using PixieOrleans.Model;

namespace PixieOrleans.Protocols.Tests;

/// <summary>
/// Recorded connections: lines "&gt; base64" from the client and "&lt; base64" from the server, "--" between
/// connections, the origin behind "#".
/// </summary>
internal static class Recording
{
    /// <summary>Chunks of each connection, seen by the server, in the order in which they passed.</summary>
    public static List<List<(Direction Direction, byte[] Bytes)>> Read(string name)
    {
        List<List<(Direction, byte[])>> connections = [[]];
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Fixtures", name)))
        {
            if (line == "--")
            {
                connections.Add([]);
            }
            else if (line[0] != '#')
            {
                var direction = line[0] == '>' ? Direction.Ingress : Direction.Egress;
                connections[^1].Add((direction, Convert.FromBase64String(line[2..])));
            }
        }

        return connections;
    }
}
