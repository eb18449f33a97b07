using PixieOrleans.Model;

namespace PixieOrleans.TestKit.Recordings;

/// <summary>Bytes of HTTP/1.1 exchanges to rows, without kernel and tables: keep-alive, server traced.</summary>
public static class HttpExchange
{
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

    /// <summary>A request and its answer, again and again.</summary>
    public static Exchange Get { get; } = new(
        "HTTP/1 GET", Protocol.Http, [],
        [
            new(Direction.Ingress, [.. Request, .. RequestHeaders]),
            new(Direction.Egress, [.. ResponseHead, .. Body(600)]),
        ])
    {
        AllocatesNothing = true,
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
}
