using PixieOrleans.Protocols.Streams;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Dns;

/// <summary>
/// Names in a message: labels of at most 63 bytes up to an empty one; the rest of a name may be a pointer to an earlier
/// place (RFC 1035 sections 3.1 and 4.1.4).
/// </summary>
internal static class DnsName
{
    private const int MaxNameBytes = 255;
    private const byte PointerBits = 0xc0;

    /// <summary>Passes over a name without following pointers; false when it does not end within the message.</summary>
    public static bool TrySkip(ReadOnlySpan<byte> message, ref int offset)
    {
        for (var total = 0; offset < message.Length && total <= MaxNameBytes;)
        {
            var length = message[offset];
            if ((length & PointerBits) == PointerBits)
            {
                offset += 2;
                return offset <= message.Length;
            }

            if ((length & PointerBits) != 0)
            {
                return false; // kinds of labels that nobody uses (RFC 6891 section 5)
            }

            offset += length + 1;
            total += length + 1;
            if (length == 0)
            {
                return offset <= message.Length;
            }
        }

        return false;
    }

    /// <summary>
    /// Appends a name to the inside of a JSON string: labels with dots between them, "." for the root; dots,
    /// backslashes and control characters inside a label as in a zone file. False when the name is broken.
    /// </summary>
    public static bool TryWrite(ReadOnlySpan<byte> message, ref int offset, ref PooledBuffer json)
    {
        var start = offset;
        if (!TrySkip(message, ref offset))
        {
            return false;
        }

        var (at, limit, total) = (start, start, 0);
        while (TryFollow(message, ref at, ref limit))
        {
            var length = message[at];
            total += length + 1;
            if ((length & PointerBits) != 0 || at + 1 + length > message.Length || total > MaxNameBytes)
            {
                return false;
            }

            if (length == 0)
            {
                json.Append(total == 1 ? "."u8 : default);
                return true;
            }

            json.Append(total == length + 1 ? default : "."u8);
            WriteLabel(message.Slice(at + 1, length), ref json);
            at += length + 1;
        }

        return false;
    }

    /// <summary>A number that differs for most different questions; letters count as small ones.</summary>
    public static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = 14695981039346656037UL; // FNV-1a
        foreach (var value in bytes)
        {
            var small = value is >= (byte)'A' and <= (byte)'Z' ? value | 0x20 : value;
            hash = (hash ^ (uint)small) * 1099511628211UL;
        }

        return hash;
    }

    // Goes where pointers lead: only backwards, further each time, so that no loop is possible.
    private static bool TryFollow(ReadOnlySpan<byte> message, ref int at, ref int limit)
    {
        while (at < message.Length && (message[at] & PointerBits) == PointerBits)
        {
            if (at + 1 >= message.Length)
            {
                return false;
            }

            at = ((message[at] & ~PointerBits) << 8) | message[at + 1];
            if (at >= limit)
            {
                return false;
            }

            limit = at;
        }

        return at < message.Length;
    }

    private static void WriteLabel(ReadOnlySpan<byte> label, ref PooledBuffer json)
    {
        while (!label.IsEmpty)
        {
            var plain = 0;
            while (plain < label.Length && label[plain] is > 0x20 and not (byte)'.' and not (byte)'\\' and not 0x7f)
            {
                plain++;
            }

            JsonText.WriteEscaped(label[..plain], ref json);
            if (plain == label.Length)
            {
                return;
            }

            WriteSpecial(label[plain], ref json);
            label = label[(plain + 1)..];
        }
    }

    // A zone file writes one backslash; JSON doubles it.
    private static void WriteSpecial(byte value, ref PooledBuffer json)
    {
        if (value == ' ')
        {
            json.Append(" "u8); // names of services (RFC 6763 section 4.1.1)
        }
        else if (value is (byte)'.' or (byte)'\\')
        {
            json.Append(value == '.' ? "\\\\."u8 : "\\\\\\\\"u8);
        }
        else
        {
            json.Append([
                (byte)'\\', (byte)'\\', (byte)('0' + (value / 100)), (byte)('0' + (value / 10 % 10)),
                (byte)('0' + (value % 10))]);
        }
    }
}
