using System.Globalization;
using System.Net.Sockets;

namespace PixieOrleans.NodeProbe.Runtimes;

/// <summary>
/// A session at the diagnostics port of a .NET process that sends the runtime's counters every few seconds. Never
/// waits: what has not come is taken by the next look.
/// </summary>
internal sealed class DotnetSession : ICounterConsumer, IDisposable
{
    private const int BufferMb = 1;
    private const int NetTraceFormat = 1;
    private const int InformationLevel = 4;

    private readonly Socket _socket;
    private readonly NetTrace _trace;
    private readonly byte[] _answer = new byte[DiagnosticsPort.SessionAnswerBytes];
    private int _answered;
    private long _seen; // counters
    private DotnetCounters _counters;

    private DotnetSession(Socket socket)
    {
        _socket = socket;
        _trace = new NetTrace(new CounterEvents(this));
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
        var socket = DiagnosticsPort.Connect(path, processId, timeoutMs: 0);
        try
        {
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
    internal static byte[] CollectTracing(int intervalSeconds) => DiagnosticsPort.Request(
        DiagnosticsPort.Tracing,
        DiagnosticsPort.CollectTracing2,
        writer =>
        {
            writer.Write(BufferMb);
            writer.Write(NetTraceFormat);
            writer.Write(false);
            DiagnosticsPort.WriteProvider(
                writer,
                "System.Runtime",
                keywords: -1,
                InformationLevel,
                string.Create(CultureInfo.InvariantCulture, $"EventCounterIntervalSec={intervalSeconds}"));
        });

    private void Take(ReadOnlySpan<byte> bytes)
    {
        if (_answered < _answer.Length)
        {
            var count = Math.Min(bytes.Length, _answer.Length - _answered);
            bytes[..count].CopyTo(_answer.AsSpan(_answered));
            _answered += count;
            bytes = bytes[count..];
            if (_answered >= DiagnosticsPort.HeadBytes && !DiagnosticsPort.IsAccepted(_answer))
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
