using System.Buffers.Binary;
using System.Net.Sockets;

namespace PixieOrleans.NodeProbe.Runtimes;

/// <summary>Takes the functions of a .NET process.</summary>
internal interface IMethodConsumer
{
    /// <summary>Code of a method, borrowed; what was compiled again has several.</summary>
    /// <param name="start">Where it is in the process.</param>
    /// <param name="bytes">Its length.</param>
    /// <param name="type">The type with its namespace; may be empty.</param>
    /// <param name="name">The method.</param>
    /// <param name="signature">As in IL: "instance void  (class System.String,int32)".</param>
    void OnMethod(ulong start, uint bytes, ReadOnlySpan<char> type, ReadOnlySpan<char> name,
        ReadOnlySpan<char> signature);
}

/// <summary>
/// Asks a .NET process (5 or later) for all code of its methods: what its runtime compiled, and what of libraries that
/// were compiled ahead is in use. A session is opened and ended at once: at its end the runtime lists them. Nothing is
/// written to a disk, nothing stays behind.
/// </summary>
internal static class DotnetMethods
{
    private const int BufferMb = 64; // at most, in the process, for the time of the session
    private const int NetTraceFormat = 1;
    private const int TimeoutMs = 5_000; // of each step
    private const long MaxTraceBytes = 256L << 20; // a large server has some 20 MB
    private const int ChunkBytes = 64 << 10;
    private const long RundownKeywords = 0x130; // end of the session, compiled by the runtime (16), ahead (32)
    private const long CompiledKeyword = 0x10; // those that are compiled meanwhile
    private const int VerboseLevel = 5;

    /// <summary>Reads them; takes milliseconds as a rule, and as long as the process answers at most.</summary>
    /// <param name="port">Path of the process' diagnostics port.</param>
    /// <param name="processId">The process that must be behind it.</param>
    /// <param name="consumer">Takes the methods.</param>
    /// <exception cref="SocketException">Nobody listens, or does not answer in time.</exception>
    /// <exception cref="InvalidDataException">Another process listens, or it does not send such a list.</exception>
    public static void Read(string port, uint processId, IMethodConsumer consumer)
    {
        if (!TryRead(port, processId, CollectSelected(), consumer)
            && !TryRead(port, processId, CollectAll(), consumer))
        {
            throw new InvalidDataException("the runtime refuses a session with its methods (needs .NET 5)");
        }
    }

    /// <summary>.NET 9 and later: only what is needed.</summary>
    internal static byte[] CollectSelected() => DiagnosticsPort.Request(
        DiagnosticsPort.Tracing,
        DiagnosticsPort.CollectTracing4,
        writer =>
        {
            writer.Write(BufferMb);
            writer.Write(NetTraceFormat);
            writer.Write(RundownKeywords);
            writer.Write(false); // no stacks
            DiagnosticsPort.WriteProvider(writer, MethodEvents.Runtime, CompiledKeyword, VerboseLevel);
        });

    /// <summary>Before: with what else the runtime lists.</summary>
    internal static byte[] CollectAll() => DiagnosticsPort.Request(
        DiagnosticsPort.Tracing,
        DiagnosticsPort.CollectTracing2,
        writer =>
        {
            writer.Write(BufferMb);
            writer.Write(NetTraceFormat);
            writer.Write(true);
            DiagnosticsPort.WriteProvider(writer, MethodEvents.Runtime, CompiledKeyword, VerboseLevel);
        });

    /// <summary>False when the runtime does not know the request.</summary>
    internal static bool TryRead(string port, uint processId, byte[] request, IMethodConsumer consumer)
    {
        using var session = DiagnosticsPort.Connect(port, processId, TimeoutMs);
        session.Send(request);
        var answer = new byte[DiagnosticsPort.SessionAnswerBytes];
        if (!ReceiveAll(session, answer.AsSpan(0, DiagnosticsPort.HeadBytes)) || !DiagnosticsPort.IsAccepted(answer)
            || !ReceiveAll(session, answer.AsSpan(DiagnosticsPort.HeadBytes)))
        {
            return false;
        }

        var id = BinaryPrimitives.ReadInt64LittleEndian(answer.AsSpan(DiagnosticsPort.HeadBytes));
        using var stop = DiagnosticsPort.Connect(port, processId, TimeoutMs);
        stop.Send(DiagnosticsPort.Request(
            DiagnosticsPort.Tracing, DiagnosticsPort.StopTracing, writer => writer.Write(id)));
        ReceiveTrace(session, new NetTrace(new MethodEvents(consumer)));
        return true;
    }

    private static void ReceiveTrace(Socket session, NetTrace trace)
    {
        var (buffer, total) = (new byte[ChunkBytes], 0L);
        for (var count = session.Receive(buffer); count > 0; count = session.Receive(buffer))
        {
            total += count;
            if (total > MaxTraceBytes)
            {
                throw new InvalidDataException($"the list of its methods is longer than {MaxTraceBytes >> 20} MiB");
            }

            trace.Feed(buffer.AsSpan(0, count));
        }
    }

    private static bool ReceiveAll(Socket socket, Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var count = socket.Receive(bytes);
            if (count == 0)
            {
                return false;
            }

            bytes = bytes[count..];
        }

        return true;
    }
}
