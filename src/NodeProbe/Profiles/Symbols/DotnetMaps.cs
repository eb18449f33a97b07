using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;

namespace PixieOrleans.NodeProbe.Profiles.Symbols;

/// <summary>
/// Asks a .NET process (8 or later) to write its perf map: the names of what it compiled, so far and from now on. Never
/// waits: the answer, which is of no interest, may come when it wants.
/// </summary>
/// <remarks>
/// Layout (dotnet/diagnostics, documentation "IPC protocol"): "DOTNET_IPC_V1\0", uint16 length of the message, command
/// set 4 (process), command 5 (EnablePerfMap), 2 zero bytes, uint32 kind of map: 3 is the perf map alone.
/// </remarks>
internal sealed class DotnetMaps : IDisposable
{
    private const string Prefix = "dotnet-diagnostic-";
    private const int MaxOpen = 64; // connections kept for the answers; the oldest go first
    private const int MaxEntries = 65_536; // of the folder
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int PeerCredentials = 17; // SO_PEERCRED: int32 pid, uid, gid

    private readonly Queue<Socket> _open = [];

    private static ReadOnlySpan<byte> Request => "DOTNET_IPC_V1\0\x18\0\x04\x05\0\0\x03\0\0\0"u8;

    /// <summary>Asks; false when the process has no port or does not take the request.</summary>
    public bool TryAsk(uint processId)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            if (PortOf(processId) is { } port)
            {
                socket.Connect(new UnixDomainSocketEndPoint(port));
                Span<byte> peer = stackalloc byte[12];
                socket.GetRawSocketOption(SocketLevel, PeerCredentials, peer);
                if (BinaryPrimitives.ReadUInt32LittleEndian(peer) == processId
                    && socket.Send(Request) == Request.Length)
                {
                    Keep(socket);
                    return true;
                }
            }
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException
            or ArgumentException) // nobody listens, the process is gone, or the path is too long: no names
        {
        }

        socket.Dispose();
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_open.TryDequeue(out var socket))
        {
            socket.Dispose();
        }
    }

    private static string? PortOf(uint processId)
    {
        var folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/root/tmp");
        var start = $"{folder}/{Prefix}{PerfMap.IdOf(processId)}-";
        return Directory.EnumerateFileSystemEntries(folder, Prefix + "*").Take(MaxEntries).FirstOrDefault(path =>
            path.StartsWith(start, StringComparison.Ordinal) && path.EndsWith("-socket", StringComparison.Ordinal));
    }

    private void Keep(Socket socket)
    {
        _open.Enqueue(socket);
        if (_open.Count > MaxOpen)
        {
            _open.Dequeue().Dispose();
        }
    }
}
