using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace PixieOrleans.NodeProbe.Runtimes;

/// <summary>
/// A session at the diagnostics port of a .NET process that sends the runtime's counters every few seconds. Never
/// waits: what has not come is taken by the next look.
/// </summary>
/// <remarks>
/// Layout (dotnet/diagnostics, documentation "IPC protocol"): "DOTNET_IPC_V1\0", uint16 length of the message, command
/// set, command, 2 zero bytes. CollectTracing2 (2, 3): int32 MB of buffer, int32 format, bool rundown, then providers:
/// their number, and of each int64 keywords, int32 level, name and arguments as texts (int32 characters with the last
/// zero, 16 bits each). The answer has set 0xFF and command 0, then int64 session; then the trace follows.
/// </remarks>
internal sealed class DotnetSession : ICounterConsumer, IDisposable
{
    private const int HeadBytes = 20;
    private const int AnswerBytes = HeadBytes + sizeof(long);
    private const int BufferMb = 1;
    private const int NetTraceFormat = 1;
    private const int InformationLevel = 4;
    private const byte ErrorAnswer = 0xFF;
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int PeerCredentials = 17; // SO_PEERCRED: int32 pid, uid, gid

    private readonly Socket _socket;
    private readonly NetTrace _trace;
    private readonly byte[] _answer = new byte[AnswerBytes];
    private int _answered;
    private long _seen; // counters
    private DotnetCounters _counters;

    private DotnetSession(Socket socket)
    {
        _socket = socket;
        _trace = new NetTrace(this);
    }

    /// <summary>Sums and latest values.</summary>
    public ref readonly DotnetCounters Counters => ref _counters;

    /// <summary>Opens a session at a port.</summary>
    /// <param name="path">The port.</param>
    /// <param name="processId">The process that must be behind it.</param>
    /// <param name="intervalSeconds">Time between counters.</param>
    /// <exception cref="SocketException">Nobody listens.</exception>
    /// <exception cref="InvalidDataException">Another process listens.</exception>
    public static DotnetSession Open(string path, uint processId, int intervalSeconds)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            Span<byte> peer = stackalloc byte[12];
            socket.GetRawSocketOption(SocketLevel, PeerCredentials, peer);
            if (BinaryPrimitives.ReadUInt32LittleEndian(peer) != processId)
            {
                throw new InvalidDataException($"another process than {processId} listens at {path}");
            }

            socket.Send(CollectTracing(intervalSeconds));
            return new DotnetSession(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Takes what has come; true when counters were among it.</summary>
    /// <exception cref="IOException">The process ended the session.</exception>
    /// <exception cref="InvalidDataException">It sends something else than counters.</exception>
    public bool Read(byte[] buffer)
    {
        var before = _seen;
        while (true)
        {
            var count = _socket.Receive(buffer, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
            {
                return _seen > before;
            }

            if (error != SocketError.Success || count == 0)
            {
                throw new IOException($"the session ended: {error}");
            }

            Take(buffer.AsSpan(0, count));
        }
    }

    /// <inheritdoc/>
    public void OnCounter(ReadOnlySpan<char> name, double value)
    {
        _counters.Take(name, value);
        _seen++;
    }

    /// <summary>Ends the session.</summary>
    public void Dispose() => _socket.Dispose();

    /// <summary>The request that starts the session.</summary>
    internal static byte[] CollectTracing(int intervalSeconds)
    {
        var message = new MemoryStream();
        using var writer = new BinaryWriter(message);
        writer.Write("DOTNET_IPC_V1\0"u8);
        writer.Write((ushort)0); // the length comes below
        writer.Write((byte)2);
        writer.Write((byte)3);
        writer.Write((ushort)0);
        writer.Write(BufferMb);
        writer.Write(NetTraceFormat);
        writer.Write(false);
        writer.Write(1);
        writer.Write(-1L);
        writer.Write(InformationLevel);
        WriteText(writer, "System.Runtime");
        WriteText(writer, string.Create(CultureInfo.InvariantCulture, $"EventCounterIntervalSec={intervalSeconds}"));
        writer.Flush();
        var bytes = message.ToArray();
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(14), (ushort)bytes.Length);
        return bytes;
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        writer.Write(text.Length + 1);
        writer.Write(Encoding.Unicode.GetBytes(text + '\0'));
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        if (_answered < AnswerBytes)
        {
            var count = Math.Min(bytes.Length, AnswerBytes - _answered);
            bytes[..count].CopyTo(_answer.AsSpan(_answered));
            _answered += count;
            bytes = bytes[count..];
            if (_answered >= HeadBytes && (_answer[16] != ErrorAnswer || _answer[17] != 0))
            {
                throw new InvalidDataException("the runtime refuses a session with counters (needs .NET Core 3.1)");
            }
        }

        if (bytes.Length > 0)
        {
            _trace.Feed(bytes);
        }
    }
}
