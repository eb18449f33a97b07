using System.ComponentModel.DataAnnotations;
using PixieOrleans.Protocols.Streams;

namespace PixieOrleans.Protocols.Framing;

/// <summary>Bounds that all protocols made of frames share; section "Protocols:Framing".</summary>
public sealed class FramingOptions : ILaneBounds
{
    /// <summary>Bytes of a frame that are kept; those beyond pass by, counted. Default 64 KiB.</summary>
    [Range(256, 1 << 24)]
    public int FrameBytes { get; set; } = 64 << 10;

    /// <summary>Bytes held per direction while they cannot be read yet. Default 1 MiB.</summary>
    [Range(1 << 10, 64 << 20)]
    public int StreamBytes { get; set; } = 1 << 20;

    /// <summary>Bytes of a text cell, then "... [TRUNCATED]". Default 1024.</summary>
    [Range(16, 1 << 20)]
    public int TextLimitBytes { get; set; } = 1024;

    /// <summary>Bytes of a cell that holds a body, then "... [TRUNCATED]". Default 512.</summary>
    [Range(0, 1 << 20)]
    public int BodyLimitBytes { get; set; } = 512;

    /// <summary>Requests that wait for their answer, per connection; the oldest goes first. Default 1024.</summary>
    [Range(1, 1 << 20)]
    public int MaxPendingRequests { get; set; } = 1024;

    /// <summary>Bytes of the requests that wait for their answer, per connection. Default 1 MiB.</summary>
    [Range(1 << 10, 64 << 20)]
    public int PendingRequestBytes { get; set; } = 1 << 20;

    /// <summary>Time a request waits for its answer. Default 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan RequestExpiry { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Time that bytes behind a gap wait for the missing ones. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan GapPatience { get; set; } = TimeSpan.FromSeconds(1);
}
