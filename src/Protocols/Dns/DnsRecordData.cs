using System.Buffers.Binary;
using PixieOrleans.Protocols.Streams;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Dns;

/// <summary>The data of one record as members of a JSON object, field by field. No field grows it beyond a limit by
/// more than a few times that limit.</summary>
internal readonly ref struct DnsRecordData(ReadOnlySpan<byte> message, int end, int limitBytes)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private readonly int _end = end; // of the data, inside the message
    private readonly int _limitBytes = limitBytes; // what is longer is not kept anyway

    /// <summary>Appends the members; data that does not fit its type is written as bytes.</summary>
    public void Write(DnsRecordType? type, int offset, ref PooledBuffer json)
    {
        var start = json.Length;
        var at = offset;
        foreach (var field in type?.Fields ?? DnsRecordType.Unknown)
        {
            if (!TryWriteField(field, ref at, ref json))
            {
                json.Truncate(start);
                at = offset;
                TryWriteField(DnsRecordType.Unknown[0], ref at, ref json);
                return;
            }

            if (json.Length > _limitBytes)
            {
                return;
            }
        }
    }

    private bool TryWriteField(DnsField field, ref int at, ref PooledBuffer json)
    {
        json.Append(",\""u8);
        json.Append(field.Name.Span);
        json.Append("\":"u8);
        switch (field.Kind)
        {
            case DnsFieldKind.U8:
                return TryWriteNumber(sizeof(byte), ref at, ref json);
            case DnsFieldKind.U16:
                return TryWriteNumber(sizeof(ushort), ref at, ref json);
            case DnsFieldKind.U32:
                return TryWriteNumber(sizeof(uint), ref at, ref json);
            case DnsFieldKind.Params:
                return TryWriteParams(ref at, ref json);
            default:
                json.Append("\""u8);
                var written = TryWriteText(field.Kind, ref at, ref json);
                json.Append("\""u8);
                return written;
        }
    }

    private bool TryWriteText(DnsFieldKind kind, ref int at, ref PooledBuffer json)
    {
        switch (kind)
        {
            case DnsFieldKind.Name:
                return DnsName.TryWrite(_message[..Math.Max(at, _end)], ref at, ref json) && at <= _end;
            case DnsFieldKind.Type when _end - at >= 2:
                WriteType(BinaryPrimitives.ReadUInt16BigEndian(_message[at..]), ref json);
                at += 2;
                return true;
            case DnsFieldKind.Ipv4 when _end - at == DnsAddress.Ipv4Bytes:
                DnsAddress.WriteIpv4(_message[at.._end], ref json);
                break;
            case DnsFieldKind.Ipv6 when _end - at == DnsAddress.Ipv6Bytes:
                DnsAddress.WriteIpv6(_message[at.._end], ref json);
                break;
            case DnsFieldKind.Text:
                return TryWriteString(ref at, ref json);
            case DnsFieldKind.Texts:
                return TryWriteStrings(ref at, ref json);
            case DnsFieldKind.Rest:
                JsonText.WriteEscaped(Kept(_message[at.._end]), ref json);
                break;
            case DnsFieldKind.Hex:
                WriteHex(Kept(_message[at.._end]), ref json);
                break;
            default:
                return false;
        }

        at = _end;
        return true;
    }

    private bool TryWriteNumber(int bytes, ref int at, ref PooledBuffer json)
    {
        if (_end - at < bytes)
        {
            return false;
        }

        var value = 0U;
        for (var i = 0; i < bytes; i++)
        {
            value = (value << 8) | _message[at++];
        }

        DnsAddress.WriteNumber(value, default, ref json);
        return true;
    }

    private bool TryWriteString(ref int at, ref PooledBuffer json)
    {
        if (at >= _end || at + 1 + _message[at] > _end)
        {
            return false;
        }

        JsonText.WriteEscaped(_message.Slice(at + 1, _message[at]), ref json);
        at += 1 + _message[at];
        return true;
    }

    private bool TryWriteStrings(ref int at, ref PooledBuffer json)
    {
        var any = false;
        while (at < _end && json.Length <= _limitBytes)
        {
            if (!TryWriteString(ref at, ref json))
            {
                return false;
            }

            any = true;
        }

        return any;
    }

    // Key and length of 2 bytes each, then the value (RFC 9460 section 2.2).
    private bool TryWriteParams(ref int at, ref PooledBuffer json)
    {
        json.Append("{"u8);
        var first = true;
        while (at < _end && json.Length <= _limitBytes)
        {
            if (_end - at < 4)
            {
                return false;
            }

            var key = BinaryPrimitives.ReadUInt16BigEndian(_message[at..]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(_message[(at + 2)..]);
            at += 4;
            if (_end - at < length)
            {
                return false;
            }

            json.Append(first ? "\""u8 : ",\""u8);
            WriteParam(key, _message.Slice(at, length), ref json);
            first = false;
            at += length;
        }

        json.Append("}"u8);
        return true;
    }

    private void WriteParam(ushort key, ReadOnlySpan<byte> value, ref PooledBuffer json)
    {
        const ushort Alpn = 1, Port = 3, Ipv4Hint = 4, Ipv6Hint = 6;
        switch (key)
        {
            case Alpn:
                json.Append("alpn\":\""u8);
                WriteAlpn(value, ref json);
                break;
            case Port when value.Length == 2:
                json.Append("port\":\""u8);
                DnsAddress.WriteNumber(BinaryPrimitives.ReadUInt16BigEndian(value), default, ref json);
                break;
            case Ipv4Hint or Ipv6Hint:
                json.Append(key == Ipv4Hint ? "ipv4hint\":\""u8 : "ipv6hint\":\""u8);
                WriteHints(value, key == Ipv4Hint ? DnsAddress.Ipv4Bytes : DnsAddress.Ipv6Bytes, ref json);
                break;
            default:
                json.Append("key"u8);
                DnsAddress.WriteNumber(key, default, ref json);
                json.Append("\":\""u8);
                WriteHex(Kept(value), ref json);
                break;
        }

        json.Append("\""u8);
    }

    private static void WriteAlpn(ReadOnlySpan<byte> value, ref PooledBuffer json)
    {
        for (var first = true; !value.IsEmpty; first = false)
        {
            var length = Math.Min(value[0], value.Length - 1);
            json.Append(first ? default : ","u8);
            JsonText.WriteEscaped(value.Slice(1, length), ref json);
            value = value[(1 + length)..];
        }
    }

    private void WriteHints(ReadOnlySpan<byte> value, int bytes, ref PooledBuffer json)
    {
        for (var at = 0; at + bytes <= value.Length && json.Length <= _limitBytes; at += bytes)
        {
            json.Append(at == 0 ? default : ","u8);
            if (bytes == DnsAddress.Ipv4Bytes)
            {
                DnsAddress.WriteIpv4(value.Slice(at, bytes), ref json);
            }
            else
            {
                DnsAddress.WriteIpv6(value.Slice(at, bytes), ref json);
            }
        }
    }

    /// <summary>Appends the name of a type; TYPE and its number when it has none (RFC 3597).</summary>
    public static void WriteType(ushort number, ref PooledBuffer json)
    {
        if (DnsRecordType.Find(number) is { } type)
        {
            json.Append(type.Name.Span);
            return;
        }

        json.Append("TYPE"u8);
        DnsAddress.WriteNumber(number, default, ref json);
    }

    private static void WriteHex(ReadOnlySpan<byte> bytes, ref PooledBuffer json)
    {
        Convert.TryToHexStringLower(bytes, json.GetSpan(2 * bytes.Length), out var written);
        json.Advance(written);
    }

    private ReadOnlySpan<byte> Kept(ReadOnlySpan<byte> bytes) => bytes[..Math.Min(bytes.Length, _limitBytes + 1)];
}
