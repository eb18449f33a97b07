using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace PixieOrleans.TestKit.Servers;

/// <summary>Ports of loopback that nobody listens on.</summary>
public static class FreePort
{
    // Ports given out before: rows are told apart by port, so two servers of a run never share one.
    private static readonly ConcurrentDictionary<int, bool> Given = new();

    /// <summary>A port that the kernel considers free now and that this process has not had before.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = Next(1)[0];
            if (Given.TryAdd(port, true))
            {
                return port;
            }
        }
    }

    /// <summary>Several different ports.</summary>
    public static int[] Next(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        try
        {
            return Array.ConvertAll(listeners, listener =>
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            });
        }
        finally
        {
            Array.ForEach(listeners, listener => listener.Dispose());
        }
    }
}
