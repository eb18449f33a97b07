using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using HdrHistogram;

namespace PixieOrleans.TestKit.Servers;

/// <summary>
/// Open-loop load: requests leave by a timetable over keep-alive connections, whether the server keeps up or not.
/// Latencies count from the planned time, so that a stalled server is not forgiven (no coordinated omission).
/// </summary>
public static class PacedLoad
{
    private const int MaxResponseBytes = 64 << 10; // head and body; the paths under load are small
    private const long HighestLatencyNs = 60_000_000_000;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    /// <summary>Sends <paramref name="rate"/> requests a second for a time, each with a path of its own.</summary>
    /// <param name="address">Server and first part of the path; "?r=number" is added.</param>
    /// <param name="rate">Requests per second over all connections.</param>
    /// <param name="connections">Keep-alive connections.</param>
    /// <param name="duration">Length of the timetable.</param>
    /// <param name="cancellationToken">Ends the load.</param>
    public static async Task<LoadResult> RunAsync(
        Uri address, int rate, int connections, TimeSpan duration, CancellationToken cancellationToken)
    {
        var count = (long)(rate * duration.TotalSeconds);
        var start = Stopwatch.GetTimestamp();
        var lanes = Enumerable.Range(0, connections)
            .Select(lane => Lane.RunAsync(address, lane, connections, count, rate, start, cancellationToken)).ToArray();
        var results = await Task.WhenAll(lanes);
        var latencies = new LongHistogram(HighestLatencyNs, numberOfSignificantValueDigits: 3);
        foreach (var (histogram, _) in results)
        {
            latencies.Add(histogram);
        }

        return new LoadResult(
            latencies.TotalCount,
            results.Sum(result => result.Errors),
            Ns(latencies.GetValueAtPercentile(50)),
            Ns(latencies.GetValueAtPercentile(99)),
            Stopwatch.GetElapsedTime(start));
    }

    private static TimeSpan Ns(long ns) => TimeSpan.FromTicks(ns / TimeSpan.NanosecondsPerTick);

    /// <summary>One connection with its share of the timetable.</summary>
    private sealed class Lane(Socket socket, Uri address)
    {
        private readonly byte[] _response = new byte[MaxResponseBytes];

        public static async Task<(LongHistogram Latencies, long Errors)> RunAsync(
            Uri address, int lane, int lanes, long count, int rate, long start, CancellationToken cancellationToken)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, address.Port, cancellationToken);
            var self = new Lane(socket, address);
            var latencies = new LongHistogram(HighestLatencyNs, numberOfSignificantValueDigits: 3);
            var errors = 0L;
            using var timer = new PeriodicTimer(Tick);
            for (var i = (long)lane; i < count; i += lanes)
            {
                var planned = start + (i * Stopwatch.Frequency / rate);
                while (Stopwatch.GetTimestamp() < planned)
                {
                    await timer.WaitForNextTickAsync(cancellationToken);
                }

                errors += await self.ExchangeAsync(i, cancellationToken) ? 0 : 1;
                latencies.RecordValue((long)Stopwatch.GetElapsedTime(planned).TotalNanoseconds);
            }

            return (latencies, errors);
        }

        /// <summary>Sends one request and reads its response; true for 2xx.</summary>
        private async Task<bool> ExchangeAsync(long number, CancellationToken cancellationToken)
        {
            var request = $"GET {address.AbsolutePath}?r={number} HTTP/1.1\r\nHost: {address.Authority}\r\n\r\n";
            await socket.SendAsync(Encoding.ASCII.GetBytes(request), cancellationToken);
            var received = 0;
            int? total = null;
            while (total is null || received < total)
            {
                var read = await socket.ReceiveAsync(_response.AsMemory(received), cancellationToken);
                if (read == 0)
                {
                    throw new IOException($"the server closed the connection within response {number}");
                }

                received += read;
                total ??= TotalLength(_response.AsSpan(0, received));
            }

            return _response[9] == (byte)'2'; // "HTTP/1.1 200"
        }

        /// <summary>Bytes of head and body, once the head is there; the server sends Content-Length.</summary>
        private static int? TotalLength(ReadOnlySpan<byte> received)
        {
            var headLength = received.IndexOf("\r\n\r\n"u8) + 4;
            if (headLength < 4)
            {
                return null;
            }

            var field = received.IndexOf("Content-Length: "u8);
            if (field < 0)
            {
                throw new NotSupportedException("the paced load needs responses with Content-Length");
            }

            var digits = received[(field + "Content-Length: ".Length)..];
            return headLength + int.Parse(digits[..digits.IndexOf((byte)'\r')]);
        }
    }
}
