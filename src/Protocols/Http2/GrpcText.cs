using System.Buffers.Binary;
using PixieOrleans.Protocols.Compression;
using PixieOrleans.Protocols.Http;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Http2;

/// <summary>Bodies of gRPC as text: one line per message.</summary>
/// <remarks>
/// A message has a prefix: whether it is compressed, 1 byte; length, 32 bits big endian. Source: gRPC over HTTP/2,
/// "Length-Prefixed-Message". A compressed message is inflated when it is gzip.
/// </remarks>
internal static class GrpcText
{
    private const int PrefixBytes = 5;
    private const int InflatedBytes = 1024; // of a message that are looked at

    /// <summary>Stands for bytes that are no message.</summary>
    public static ReadOnlySpan<byte> NotParsed => "<Failed to parse protobuf>"u8;

    /// <summary>Appends the messages of a body.</summary>
    /// <param name="body">Its beginning.</param>
    /// <param name="isCut">More of it was sent.</param>
    /// <param name="text">Where to.</param>
    public static void Append(ReadOnlySpan<byte> body, bool isCut, CellText text)
    {
        if (body.Length < PrefixBytes && !isCut)
        {
            text.Append(NotParsed);
            return;
        }

        for (var first = true; body.Length >= PrefixBytes && text.Room > 0; first = false)
        {
            text.Append(first ? default : "\n"u8);
            var (flag, length) = (body[0], BinaryPrimitives.ReadUInt32BigEndian(body[1..]));
            body = body[PrefixBytes..];
            var whole = length <= (uint)body.Length;
            if (flag > 1 || (!whole && !isCut))
            {
                text.Append(NotParsed);
                return;
            }

            AppendMessage(body[..(whole ? (int)length : body.Length)], compressed: flag == 1, !whole, text);
            body = whole ? body[(int)length..] : default;
        }

        if (isCut)
        {
            text.MarkCut();
        }
    }

    private static void AppendMessage(ReadOnlySpan<byte> message, bool compressed, bool isCut, CellText text)
    {
        if (compressed)
        {
            AppendInflated(message, text);
        }
        else
        {
            ProtobufText.Append(message, isCut, text);
        }
    }

    private static void AppendInflated(ReadOnlySpan<byte> message, CellText text)
    {
        if (message.Length < 2 || message[0] != 0x1f || message[1] != 0x8b)
        {
            text.Append(HttpText.UnknownCoding);
            return;
        }

        Span<byte> inflated = stackalloc byte[InflatedBytes];
        var status = Inflater.Gzip(message, inflated, out var written);
        if (status == InflateStatus.Invalid)
        {
            text.Append(HttpText.NotInflated);
            return;
        }

        ProtobufText.Append(inflated[..written], status != InflateStatus.Complete, text);
    }
}
