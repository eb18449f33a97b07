using System.Diagnostics;
using System.Net.Sockets;
using PixieOrleans.NodeProbe.Runtimes;

namespace PixieOrleans.NodeProbe.Tests.Runtimes;

/// <summary>The stream of counters that this process' own runtime sends.</summary>
public sealed class NetTraceTests
{
    private const int AnswerBytes = DiagnosticsPort.SessionAnswerBytes;
    private static readonly Lazy<byte[]> Stream = new(Record);

    [Fact]
    public void Feed_WholeStream_HasTheCountersOfTheRuntime()
    {
        var counters = Read(Stream.Value, Stream.Value.Length);

        Assert.True(counters.Count >= 20);
        Assert.Contains(counters, c => c.Name == "gc-heap-size" && c.Value > 0);
        Assert.Contains(counters, c => c.Name == "alloc-rate");
        Assert.Contains(counters, c => c.Name == "total-pause-time-by-gc");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Feed_AnyPieces_GivesTheSameCounters(int piece) =>
        Assert.Equal(Read(Stream.Value, Stream.Value.Length), Read(Stream.Value, piece));

    [Fact]
    public void Feed_BytesChanged_EndsInAnErrorOrOtherCounters()
    {
        var random = new Random(5);
        for (var i = 0; i < 3000; i++)
        {
            var bytes = Stream.Value.ToArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                Read(bytes, bytes.Length);
            }
            catch (InvalidDataException) // the only exception there may be
            {
                continue;
            }
        }
    }

    [Fact]
    public void Feed_AnotherStream_SaysSo() =>
        Assert.Throws<InvalidDataException>(() => Read([.. "HTTP/1.1 200 OK\r\n\r\n"u8], 4));

    private static List<(string Name, double Value)> Read(byte[] stream, int piece)
    {
        var recorder = new Recorder();
        var trace = new NetTrace(new CounterEvents(recorder));
        foreach (var part in stream.Chunk(piece))
        {
            trace.Feed(part);
        }

        return recorder.Counters;
    }

    private static byte[] Record()
    {
        var path = Directory.GetFiles("/tmp", $"dotnet-diagnostic-{Environment.ProcessId}-*-socket").First();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        socket.Send(DotnetSession.CollectTracing(1));
        socket.ReceiveTimeout = 10_000;
        var (bytes, buffer, time) = (new List<byte>(), new byte[4096], Stopwatch.StartNew());
        while (bytes.Count < AnswerBytes || Read([.. bytes[AnswerBytes..]], int.MaxValue).Count < 40)
        {
            Assert.True(time.Elapsed < TimeSpan.FromSeconds(30), "the runtime sends no counters");
            bytes.AddRange(buffer.AsSpan(0, socket.Receive(buffer)));
        }

        return [.. bytes[AnswerBytes..]];
    }

    private sealed class Recorder : ICounterConsumer
    {
        public List<(string Name, double Value)> Counters { get; } = [];

        public void OnCounter(ReadOnlySpan<char> name, double value) => Counters.Add((name.ToString(), value));
    }
}
