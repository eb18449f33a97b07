using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace PixieOrleans.NodeProbe.Runtimes;

/// <summary>The diagnostics port of a .NET process.</summary>
/// <remarks>
/// Layout (dotnet/diagnostics, documentation "IPC protocol"): "DOTNET_IPC_V1\0", uint16 length of the message, command
/// set, command, 2 zero bytes; then the arguments, texts as int32 characters with the last zero, 16 bits each. The
/// answer has set 0xFF and command 0 when the request is accepted, then its results: of a session int64, its number.
/// </remarks>
internal static class DiagnosticsPort
{
    /// <summary>Bytes before the arguments and results.</summary>
    public const int HeadBytes = 20;

    /// <summary>Bytes of the answer to a request for a session; the trace follows.</summary>
    public const int SessionAnswerBytes = HeadBytes + sizeof(long);

    /// <summary>The command set of sessions.</summary>
    public const byte Tracing = 2;

    /// <summary>Ends a session: int64, its number.</summary>
    public const byte StopTracing = 1;

    /// <summary>
    /// Starts a session: int32 MB of buffer, int32 format, bool rundown, then providers: their number, and of each
    /// int64 keywords, int32 level, name and arguments.
    /// </summary>
    public const byte CollectTracing2 = 3;

    /// <summary>
    /// As <see cref="CollectTracing2"/>, with int64 keywords of the rundown and bool stacks in place of bool rundown.
    /// .NET 9 or later.
    /// </summary>
    public const byte CollectTracing4 = 5;

    private const int LengthOffset = 14;
    private const int SetOffset = 16;
    private const byte AnswerSet = 0xFF;
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int PeerCredentials = 17; // SO_PEERCRED: int32 pid, uid, gid

    /// <summary>Connects to a port; the caller owns the socket.</summary>
    /// <param name="path">The port.</param>
    /// <param name="processId">The process that must be behind it.</param>
    /// <param name="timeoutMs">Longest wait for a step; 0: none waits.</param>
    /// <exception cref="SocketException">Nobody listens.</exception>
    /// <exception cref="InvalidDataException">Another process listens.</exception>
    public static Socket Connect(string path, uint processId, int timeoutMs)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        {
            Blocking = timeoutMs > 0,
            SendTimeout = timeoutMs,
            ReceiveTimeout = timeoutMs,
        };
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            Span<byte> peer = stackalloc byte[12];
            socket.GetRawSocketOption(SocketLevel, PeerCredentials, peer);
            return BinaryPrimitives.ReadUInt32LittleEndian(peer) == processId
                ? socket
                : throw new InvalidDataException($"another process than {processId} listens at {path}");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A request as it is sent.</summary>
    public static byte[] Request(byte set, byte command, Action<BinaryWriter> writeArguments)
    {
        var message = new MemoryStream();
        using var writer = new BinaryWriter(message);
        writer.Write("DOTNET_IPC_V1\0"u8);
        writer.Write((ushort)0); // the length comes below
        writer.Write(set);
        writer.Write(command);
        writer.Write((ushort)0);
        writeArguments(writer);
        writer.Flush();
        var bytes = message.ToArray();
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(LengthOffset), (ushort)bytes.Length);
        return bytes;
    }

    /// <summary>Writes the only provider of a session.</summary>
    public static void WriteProvider(BinaryWriter writer, string name, long keywords, int level, string arguments = "")
    {
        writer.Write(1);
        writer.Write(keywords);
        writer.Write(level);
        WriteText(writer, name);
        WriteText(writer, arguments);
    }

    /// <summary>True when the head of an answer says that the request is accepted.</summary>
    public static bool IsAccepted(ReadOnlySpan<byte> answer) =>
        answer[SetOffset] == AnswerSet && answer[SetOffset + 1] == 0;

    private static void WriteText(BinaryWriter writer, string text)
    {
        writer.Write(text.Length + 1);
        writer.Write(Encoding.Unicode.GetBytes(text + '\0'));
    }
}
