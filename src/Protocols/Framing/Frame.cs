using PixieOrleans.Model;

namespace PixieOrleans.Protocols.Framing;

/// <summary>One frame; borrowed for the call that hands it over.</summary>
/// <param name="direction">Where it goes, seen from the traced process.</param>
/// <param name="bytes">Its first bytes: all of them, unless it is long or some were not captured.</param>
/// <param name="length">Bytes on the wire.</param>
/// <param name="startNs">When its first byte passed, ns since 1970.</param>
/// <param name="timeNs">When its last byte passed, ns since 1970.</param>
internal readonly ref struct Frame(
    Direction direction, ReadOnlySpan<byte> bytes, ulong length, long startNs, long timeNs)
{
    /// <summary>Where it goes, seen from the traced process.</summary>
    public Direction Direction { get; } = direction;

    /// <summary>Its first bytes: all of them, unless it is long or some were not captured.</summary>
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    /// <summary>Bytes on the wire.</summary>
    public ulong Length { get; } = length;

    /// <summary>When its first byte passed, ns since 1970.</summary>
    public long StartNs { get; } = startNs;

    /// <summary>When its last byte passed, ns since 1970.</summary>
    public long TimeNs { get; } = timeNs;

    /// <summary>True when bytes at the end are not known.</summary>
    public bool IsTruncated => (ulong)Bytes.Length < Length;
}
