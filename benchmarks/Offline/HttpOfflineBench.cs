using System.Diagnostics;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Http;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Bench.Offline;

/// <summary>What parsing cost per exchange, in CPU time of one core.</summary>
/// <param name="PerSecond">Exchanges per second.</param>
/// <param name="Nanoseconds">Time per exchange.</param>
/// <param name="AllocatedBytes">Managed bytes allocated per exchange.</param>
public readonly record struct OfflineResult(double PerSecond, double Nanoseconds, double AllocatedBytes);

/// <summary>Bytes of HTTP/1.1 exchanges to rows, without kernel and tables: keep-alive, server traced.</summary>
public static class HttpOfflineBench
{
    private const int Connections = 64;

    // A client behind a proxy, 380 bytes with the headers.
    private static ReadOnlySpan<byte> Request =>
        "GET /api/v1/orders/7401?expand=items&currency=EUR HTTP/1.1\r\nHost: orders.shop.example.com\r\n"u8;

    private static ReadOnlySpan<byte> RequestHeaders =>
        ("User-Agent: Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101\r\nAccept: application/json\r\n"u8
            + "Accept-Encoding: gzip, deflate, br\r\nAccept-Language: en-GB,en;q=0.5\r\n"u8
            + "X-Request-Id: 7d1f0a6bce2b4\r\n"u8
            + "X-Forwarded-For: 10.8.0.17\r\nConnection: keep-alive\r\n\r\n"u8);

    // What nginx sends, about 250 bytes of head.
    private static ReadOnlySpan<byte> ResponseHead =>
        ("HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Sun, 22 Nov 2026 18:13:40 GMT\r\n"u8
            + "Content-Type: application/json\r\nContent-Length: 600\r\n"u8
            + "Last-Modified: Sun, 22 Nov 2026 17:00:00 GMT\r\n"u8
            + "Connection: keep-alive\r\nETag: \"6741-258\"\r\nAccept-Ranges: bytes\r\n\r\n"u8);

    /// <summary>Parsing alone: cells go nowhere.</summary>
    public static IReadOnlyList<Figure> Measure(TimeSpan duration)
    {
        var alone = Run(duration);
        return
        [
            new("offline HTTP/1, bytes to cells: exchanges per second and core", alone.PerSecond, "1/s"),
            new("offline HTTP/1, bytes to cells: allocated per exchange", alone.AllocatedBytes, "B", "0"),
        ];
    }

    /// <summary>Drives exchanges for about <paramref name="duration"/> after a warm-up.</summary>
    public static OfflineResult Run(TimeSpan duration) => Run(duration, new NullRows());

    /// <summary>As <see cref="Run(TimeSpan)"/>, into the given rows.</summary>
    public static OfflineResult Run(TimeSpan duration, IRowWriter rows)
    {
        byte[] request = [.. Request, .. RequestHeaders];
        byte[] response = [.. ResponseHead, .. Body(600)];
        var protocol = new HttpProtocol(new HttpOptions());
        var connections = new Connection[Connections];
        for (var i = 0; i < connections.Length; i++)
        {
            connections[i] = new Connection(protocol.CreateSession(CreateContext(i, rows)));
        }

        Drive(connections, request, response, TimeSpan.FromSeconds(1));
        return Drive(connections, request, response, duration);
    }

    private static OfflineResult Drive(Connection[] connections, byte[] request, byte[] response, TimeSpan duration)
    {
        const int Batch = 1000;
        var exchanges = 0L;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var used = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        var timeNs = 1_700_000_000_000_000_000L;
        while (watch.Elapsed < duration)
        {
            for (var i = 0; i < Batch; i++)
            {
                connections[i % connections.Length].Exchange(request, response, timeNs);
                timeNs += 1000;
            }

            exchanges += Batch;
        }

        var elapsed = Environment.CpuUsage.TotalTime - used; // CPU time: other work on the machine does not count
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        return new OfflineResult(
            exchanges / elapsed.TotalSeconds, elapsed.TotalNanoseconds / exchanges, (double)allocated / exchanges);
    }

    private static SessionContext CreateContext(int i, IRowWriter rows) => new()
    {
        Id = new ConnectionId(new Upid(1, 100, 200), i, 1),
        Local = Endpoint.FromNetworkBytes([10, 0, 0, 1], 8080),
        Remote = Endpoint.FromNetworkBytes([10, 0, 0, 2], (ushort)(40000 + i)),
        Role = Role.Server,
        Rows = rows,
        Counters = new SessionCounters(),
    };

    private static byte[] Body(int length)
    {
        var text = """{"id":7401,"items":[{"sku":"A-17","quantity":2}],"total":"129.90"}"""u8;
        var body = new byte[length];
        for (var i = 0; i < length; i++)
        {
            body[i] = text[i % text.Length];
        }

        return body;
    }

    private sealed class Connection(IProtocolSession session)
    {
        private ulong _requestPosition;
        private ulong _responsePosition;

        public void Exchange(byte[] request, byte[] response, long timeNs)
        {
            session.OnData(Direction.Ingress, _requestPosition, timeNs, request);
            session.OnData(Direction.Egress, _responsePosition, timeNs + 500, response);
            _requestPosition += (ulong)request.Length;
            _responsePosition += (ulong)response.Length;
        }
    }

    // Takes the cells and keeps a sum, so that the calls are not free.
    private sealed class NullRows : IRowWriter
    {
        private long _sum;

        public void WriteBoolean(bool value) => _sum += value ? 1 : 0;

        public void WriteInt64(long value) => _sum += value;

        public void WriteUInt128(UInt128 value) => _sum += (long)value;

        public void WriteFloat64(double value) => _sum += (long)value;

        public void WriteString(ReadOnlySpan<byte> utf8) => _sum += utf8.Length;

        public void EndRow() => _sum++;
    }
}
