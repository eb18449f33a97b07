using System.Buffers.Binary;
using PixieOrleans.Protocols.Streams;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Tls;

/// <summary>
/// Cells of hellos and alerts, as JSON. What does not fit a cell, or was not captured, is left out, and the object says
/// "truncated":true; it stays valid JSON.
/// </summary>
internal static class TlsText
{
    private const int AlertBytes = 2;
    private const int EndBytes = 24; // longest end of an object

    private static readonly Dictionary<byte, byte[]> Alerts = new (byte Number, byte[] Name)[]
    {
        (0, [.. "close_notify"u8]), (10, [.. "unexpected_message"u8]), (20, [.. "bad_record_mac"u8]),
        (22, [.. "record_overflow"u8]), (40, [.. "handshake_failure"u8]), (42, [.. "bad_certificate"u8]),
        (43, [.. "unsupported_certificate"u8]), (44, [.. "certificate_revoked"u8]),
        (45, [.. "certificate_expired"u8]), (46, [.. "certificate_unknown"u8]), (47, [.. "illegal_parameter"u8]),
        (48, [.. "unknown_ca"u8]), (49, [.. "access_denied"u8]), (50, [.. "decode_error"u8]),
        (51, [.. "decrypt_error"u8]), (70, [.. "protocol_version"u8]), (71, [.. "insufficient_security"u8]),
        (80, [.. "internal_error"u8]), (86, [.. "inappropriate_fallback"u8]), (90, [.. "user_canceled"u8]),
        (100, [.. "no_renegotiation"u8]), (109, [.. "missing_extension"u8]), (110, [.. "unsupported_extension"u8]),
        (112, [.. "unrecognized_name"u8]), (113, [.. "bad_certificate_status_response"u8]),
        (115, [.. "unknown_psk_identity"u8]), (116, [.. "certificate_required"u8]),
        (120, [.. "no_application_protocol"u8]), (121, [.. "ech_required"u8]),
    }.ToDictionary(alert => alert.Number, alert => alert.Name);

    /// <summary>Appends what a client offers.</summary>
    public static void WriteClient(in TlsHello hello, CellText text)
    {
        var part = default(PooledBuffer);
        part.Append("{\"version\":"u8);
        WriteVersion(hello.Version, ref part);
        part.Append(",\"extensions\":{"u8);
        text.Append(part.Span);
        var fits = WriteExtensions(hello, isClient: true, ref part, text);
        part.Clear();
        part.Append("},\"ciphers\":\""u8);
        for (var at = 0; at + 1 < hello.Ciphers.Length; at += sizeof(ushort))
        {
            part.Append(at == 0 ? default : ","u8);
            WriteHex(hello.Ciphers.Slice(at, sizeof(ushort)), ref part);
        }

        part.Append("\""u8);
        if (!TryAdd(part.Span, text))
        {
            text.Append("}"u8);
            fits = false;
        }

        part.Release();
        text.Append(fits && hello.IsWhole ? "}"u8 : ",\"truncated\":true}"u8);
    }

    /// <summary>Appends what a server chose.</summary>
    public static void WriteServer(in TlsHello hello, CellText text)
    {
        var part = default(PooledBuffer);
        part.Append("{\"version\":"u8);
        WriteVersion(Chosen(hello), ref part);
        if (!hello.Ciphers.IsEmpty)
        {
            part.Append(",\"cipher\":\""u8);
            WriteCipher(hello.Ciphers, ref part);
            part.Append("\""u8);
        }

        part.Append(",\"extensions\":{"u8);
        text.Append(part.Span);
        var fits = WriteExtensions(hello, isClient: false, ref part, text);
        part.Release();
        text.Append(fits && hello.IsWhole ? "}}"u8 : "},\"truncated\":true}"u8);
    }

    /// <summary>Appends why a server refused. False when it only warned, or what it said is not known.</summary>
    public static bool TryWriteAlert(ReadOnlySpan<byte> alert, CellText text)
    {
        const byte Fatal = 2;
        if (alert.Length != AlertBytes || alert[0] != Fatal)
        {
            return false;
        }

        text.Append("{\"alert\":"u8);
        text.Append(alert[1]);
        text.Append(",\"alert_name\":\""u8);
        text.Append(Alerts.GetValueOrDefault(alert[1]));
        text.Append("\"}"u8);
        return true;
    }

    private static ushort Chosen(in TlsHello hello)
    {
        var rest = hello.Extensions;
        while (TlsHello.TryTakeExtension(ref rest, out var type, out var data))
        {
            if (type == TlsExtension.SupportedVersions && data.Length == sizeof(ushort))
            {
                return BinaryPrimitives.ReadUInt16BigEndian(data);
            }
        }

        return hello.Version;
    }

    private static bool WriteExtensions(in TlsHello hello, bool isClient, ref PooledBuffer part, CellText text)
    {
        var rest = hello.Extensions;
        var (fits, isFirst) = (true, true);
        while (TlsHello.TryTakeExtension(ref rest, out var type, out var data))
        {
            part.Clear();
            part.Append(isFirst ? default : ","u8);
            var isShown = type switch
            {
                TlsExtension.ServerName => isClient && TryWriteNames(data, ref part),
                TlsExtension.Alpn => TryWriteProtocols(data, ref part),
                TlsExtension.SupportedVersions => isClient && TryWriteVersions(data, ref part),
                _ => false,
            };
            if (isShown)
            {
                var added = TryAdd(part.Span, text);
                (fits, isFirst) = (fits && added, isFirst && !added);
            }
        }

        return fits;
    }

    private static bool TryWriteNames(ReadOnlySpan<byte> data, ref PooledBuffer part)
    {
        if (!TlsHello.TryTake(ref data, sizeof(ushort), out var names))
        {
            return false;
        }

        part.Append("\"server_name\":["u8);
        var isFirst = true;
        while (names.Length > 0 && names[0] == 0)
        {
            names = names[1..];
            if (!TlsHello.TryTake(ref names, sizeof(ushort), out var name))
            {
                break;
            }

            WriteString(name, isFirst, ref part);
            isFirst = false;
        }

        part.Append("]"u8);
        return true;
    }

    private static bool TryWriteProtocols(ReadOnlySpan<byte> data, ref PooledBuffer part)
    {
        if (!TlsHello.TryTake(ref data, sizeof(ushort), out var protocols))
        {
            return false;
        }

        part.Append("\"alpn\":["u8);
        for (var isFirst = true; TlsHello.TryTake(ref protocols, 1, out var protocol); isFirst = false)
        {
            WriteString(protocol, isFirst, ref part);
        }

        part.Append("]"u8);
        return true;
    }

    private static bool TryWriteVersions(ReadOnlySpan<byte> data, ref PooledBuffer part)
    {
        if (!TlsHello.TryTake(ref data, 1, out var versions))
        {
            return false;
        }

        part.Append("\"supported_versions\":["u8);
        for (var isFirst = true; versions.Length >= sizeof(ushort); versions = versions[sizeof(ushort)..])
        {
            var version = BinaryPrimitives.ReadUInt16BigEndian(versions);
            if (!TlsExtension.IsGrease(version))
            {
                part.Append(isFirst ? default : ","u8);
                WriteVersion(version, ref part);
                isFirst = false;
            }
        }

        part.Append("]"u8);
        return true;
    }

    private static void WriteString(ReadOnlySpan<byte> value, bool isFirst, ref PooledBuffer part)
    {
        part.Append(isFirst ? "\""u8 : ",\""u8);
        JsonText.WriteEscaped(value, ref part);
        part.Append("\""u8);
    }

    private static void WriteVersion(ushort version, ref PooledBuffer part)
    {
        var name = version switch
        {
            0x0304 => "\"TLS 1.3\""u8,
            0x0303 => "\"TLS 1.2\""u8,
            0x0302 => "\"TLS 1.1\""u8,
            0x0301 => "\"TLS 1.0\""u8,
            0x0300 => "\"SSL 3.0\""u8,
            _ => default,
        };
        part.Append(name);
        if (name.IsEmpty)
        {
            part.Append("\"0x"u8);
            WriteHex([(byte)(version >> 8), (byte)version], ref part);
            part.Append("\""u8);
        }
    }

    private static void WriteCipher(ReadOnlySpan<byte> cipher, ref PooledBuffer part)
    {
        var name = TlsCipherSuites.Name(BinaryPrimitives.ReadUInt16BigEndian(cipher));
        part.Append(name);
        if (name.IsEmpty)
        {
            part.Append("0x"u8);
            WriteHex(cipher, ref part);
        }
    }

    private static void WriteHex(ReadOnlySpan<byte> bytes, ref PooledBuffer part)
    {
        Convert.TryToHexStringLower(bytes, part.GetSpan(2 * bytes.Length), out var written);
        part.Advance(written);
    }

    private static bool TryAdd(ReadOnlySpan<byte> part, CellText text)
    {
        if (text.Room < part.Length + EndBytes)
        {
            return false;
        }

        text.Append(part);
        return true;
    }
}
