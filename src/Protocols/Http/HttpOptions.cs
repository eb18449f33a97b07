using System.ComponentModel.DataAnnotations;
using PixieOrleans.Protocols.Streams;

namespace PixieOrleans.Protocols.Http;

/// <summary>Settings of HTTP/1.x sessions; section "Protocols:Http".</summary>
public sealed class HttpOptions : ILaneBounds
{
    /// <summary>Bytes of a body kept as text, then "... [TRUNCATED]". Default 512.</summary>
    [Range(0, 1 << 20)]
    public int BodyLimitBytes { get; set; } = 512;

    /// <summary>Bytes of a compressed body kept to inflate its beginning. Default 1024.</summary>
    [Range(0, 1 << 20)]
    public int EncodedBodyLimitBytes { get; set; } = 1024;

    /// <summary>Bytes of the JSON object of a message's headers. Default 8192.</summary>
    [Range(2, 1 << 20)]
    public int HeadersLimitBytes { get; set; } = 8192;

    /// <summary>Bytes of any other text cell (path, method, reason), then "... [TRUNCATED]". Default 1024.</summary>
    [Range(16, 1 << 16)]
    public int TextLimitBytes { get; set; } = 1024;

    /// <summary>Headers of a message that are kept; those beyond are only read for the framing. Default 100.</summary>
    [Range(1, 10_000)]
    public int MaxHeaders { get; set; } = 100;

    /// <summary>Bytes of start line and headers; a longer block is not HTTP. Default 64 KiB.</summary>
    [Range(256, 1 << 20)]
    public int MaxHeaderBlockBytes { get; set; } = 64 << 10;

    /// <summary>Bytes held per direction while they cannot be read yet. Default 1 MiB.</summary>
    [Range(1 << 10, 64 << 20)]
    public int StreamBytes { get; set; } = 1 << 20;

    /// <summary>Requests that wait for their answer, per connection; the oldest goes first. Default 1024.</summary>
    [Range(1, 1 << 20)]
    public int MaxPendingRequests { get; set; } = 1024;

    /// <summary>Bytes of the requests that wait for their answer, per connection. Default 1 MiB.</summary>
    [Range(1 << 10, 64 << 20)]
    public int PendingRequestBytes { get; set; } = 1 << 20;

    /// <summary>Time a request waits for the head of its answer. Default 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan RequestExpiry { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Time that bytes behind a gap wait for the missing ones. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan GapPatience { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Keeps bodies of every content type. Default false: text only, the rest is a removal marker.</summary>
    public bool KeepAllBodies { get; set; }
}
