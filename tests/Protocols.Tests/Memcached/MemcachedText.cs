namespace PixieOrleans.Protocols.Tests.Memcached;

/// <summary>A row of memcached_events as one line.</summary>
internal static class MemcachedText
{
    public static string Summary(RecordedRow row) =>
        $"{row.Text("req_cmd")} [{row.Text("req_key")}]{row.Int("req_keys")} {row.Text("req_args")} "
        + $"{Short(row.Text("req_body"))}/{row.Int("req_body_size")} -> {row.Text("resp_status")} "
        + $"{row.Int("resp_items")} {Short(row.Text("resp_body"))}/{row.Int("resp_body_size")}";

    private static string Short(string text) =>
        (text.Length > 80 ? $"{text[..80]}~{text.Length}" : text).Replace("\n", "\\n").Replace("\r", "\\r");
}
