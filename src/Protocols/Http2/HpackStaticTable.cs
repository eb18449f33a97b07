namespace PixieOrleans.Protocols.Http2;

/// <summary>The fields that every HPACK peer knows by number. Source: RFC 7541 appendix A.</summary>
internal static class HpackStaticTable
{
    private static readonly (byte[] Name, byte[] Value)[] Entries =
    [
        Entry(":authority"u8),
        Entry(":method"u8, "GET"u8),
        Entry(":method"u8, "POST"u8),
        Entry(":path"u8, "/"u8),
        Entry(":path"u8, "/index.html"u8),
        Entry(":scheme"u8, "http"u8),
        Entry(":scheme"u8, "https"u8),
        Entry(":status"u8, "200"u8),
        Entry(":status"u8, "204"u8),
        Entry(":status"u8, "206"u8),
        Entry(":status"u8, "304"u8),
        Entry(":status"u8, "400"u8),
        Entry(":status"u8, "404"u8),
        Entry(":status"u8, "500"u8),
        Entry("accept-charset"u8),
        Entry("accept-encoding"u8, "gzip, deflate"u8),
        Entry("accept-language"u8),
        Entry("accept-ranges"u8),
        Entry("accept"u8),
        Entry("access-control-allow-origin"u8),
        Entry("age"u8),
        Entry("allow"u8),
        Entry("authorization"u8),
        Entry("cache-control"u8),
        Entry("content-disposition"u8),
        Entry("content-encoding"u8),
        Entry("content-language"u8),
        Entry("content-length"u8),
        Entry("content-location"u8),
        Entry("content-range"u8),
        Entry("content-type"u8),
        Entry("cookie"u8),
        Entry("date"u8),
        Entry("etag"u8),
        Entry("expect"u8),
        Entry("expires"u8),
        Entry("from"u8),
        Entry("host"u8),
        Entry("if-match"u8),
        Entry("if-modified-since"u8),
        Entry("if-none-match"u8),
        Entry("if-range"u8),
        Entry("if-unmodified-since"u8),
        Entry("last-modified"u8),
        Entry("link"u8),
        Entry("location"u8),
        Entry("max-forwards"u8),
        Entry("proxy-authenticate"u8),
        Entry("proxy-authorization"u8),
        Entry("range"u8),
        Entry("referer"u8),
        Entry("refresh"u8),
        Entry("retry-after"u8),
        Entry("server"u8),
        Entry("set-cookie"u8),
        Entry("strict-transport-security"u8),
        Entry("transfer-encoding"u8),
        Entry("user-agent"u8),
        Entry("vary"u8),
        Entry("via"u8),
        Entry("www-authenticate"u8),
    ];

    /// <summary>Fields; their numbers begin with 1.</summary>
    public static int Count => Entries.Length;

    /// <summary>Name of the field with a number of 1 to <see cref="Count"/>.</summary>
    public static ReadOnlySpan<byte> NameOf(int index) => Entries[index - 1].Name;

    /// <summary>Value of the field with a number of 1 to <see cref="Count"/>; may be empty.</summary>
    public static ReadOnlySpan<byte> ValueOf(int index) => Entries[index - 1].Value;

    private static (byte[] Name, byte[] Value) Entry(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value = default) =>
        (name.ToArray(), value.ToArray());
}
