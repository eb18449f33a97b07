using System.Buffers.Binary;
using System.Globalization;
using PixieOrleans.Model;

namespace PixieOrleans.NodeProbe.Processes;

/// <summary>
/// Tells the role of a connection by whether its own side is a listening socket of its network namespace. Lists are
/// read from /proc/PID/net/tcp and tcp6 and kept for a while. Used by one thread.
/// </summary>
/// <param name="netNamespace">Names the network namespace of a process; null when the process is gone.</param>
/// <param name="readLines">Lines of a /proc file; nothing when it is gone.</param>
internal sealed class ListeningSockets(
    Func<uint, string?> netNamespace, Func<string, IEnumerable<string>> readLines)
{
    private const long RefreshNs = 10_000_000_000; // a list is read at most this often
    private const int MaxNamespaces = 1024;
    private const string ListenState = "0A"; // TCP_LISTEN of the kernel's include/net/tcp_states.h
    private const int WordHexDigits = 8;

    private readonly Dictionary<string, Listeners> _byNamespace = [];

    /// <summary>Reads /proc.</summary>
    public ListeningSockets()
        : this(ProcFiles.NetNamespace, ReadProc)
    {
    }

    /// <summary>
    /// Server when the process' namespace listens on the endpoint, else client; None when it is gone.
    /// </summary>
    public Role Resolve(uint processId, Endpoint local, long nowNs)
    {
        if (netNamespace(processId) is not { } name)
        {
            return Role.None;
        }

        if (!_byNamespace.TryGetValue(name, out var listeners) || nowNs - listeners.ReadNs >= RefreshNs)
        {
            listeners = Read(processId, nowNs);
            if (_byNamespace.Count >= MaxNamespaces)
            {
                _byNamespace.Clear();
            }

            _byNamespace[name] = listeners;
        }

        return listeners.Contains(local) ? Role.Server : Role.Client;
    }

    /// <summary>The own address of a listening socket's line; null for other lines.</summary>
    internal static Endpoint? ParseListener(ReadOnlySpan<char> line)
    {
        Span<Range> fields = stackalloc Range[5];
        var count = line.SplitAny(fields, " ", StringSplitOptions.RemoveEmptyEntries);
        if (count < 4 || line[fields[3]] is not ListenState)
        {
            return null;
        }

        var local = line[fields[1]];
        var colon = local.LastIndexOf(':');
        if (colon is not (WordHexDigits or 4 * WordHexDigits)
            || !ushort.TryParse(local[(colon + 1)..], NumberStyles.HexNumber, null, out var port))
        {
            return null;
        }

        Span<byte> address = stackalloc byte[colon / 2];
        for (var word = 0; word * WordHexDigits < colon; word++)
        {
            // The kernel prints each 32-bit word of the address in the machine's byte order.
            if (!uint.TryParse(
                local.Slice(word * WordHexDigits, WordHexDigits), NumberStyles.HexNumber, null, out var value))
            {
                return null;
            }

            BinaryPrimitives.WriteUInt32LittleEndian(address[(word * sizeof(uint))..], value);
        }

        return Endpoint.FromNetworkBytes(address, port);
    }

    private Listeners Read(uint processId, long nowNs)
    {
        var listeners = new Listeners(nowNs, [], []);
        foreach (var file in (string[])["tcp", "tcp6"])
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/net/{file}");
            foreach (var line in readLines(path).Skip(1))
            {
                if (ParseListener(line) is not { } endpoint)
                {
                    break; // listening sockets come first; the rest may be hundreds of thousands of lines
                }

                listeners.Add(endpoint);
            }
        }

        return listeners;
    }

    private static IEnumerable<string> ReadProc(string path)
    {
        StreamReader reader;
        try
        {
            reader = new StreamReader(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            yield break;
        }

        using (reader)
        {
            while (ReadLine(reader) is { } line)
            {
                yield return line;
            }
        }
    }

    private static string? ReadLine(StreamReader reader)
    {
        try
        {
            return reader.ReadLine();
        }
        catch (IOException)
        {
            return null; // the process ended while its file was read
        }
    }

    private sealed record Listeners(long ReadNs, HashSet<Endpoint> Exact, HashSet<ushort> AnyAddress)
    {
        public void Add(Endpoint endpoint)
        {
            if (endpoint is { High: 0, Low: 0 })
            {
                AnyAddress.Add(endpoint.Port);
            }
            else
            {
                Exact.Add(endpoint);
            }
        }

        public bool Contains(Endpoint local) => AnyAddress.Contains(local.Port) || Exact.Contains(local);
    }
}
