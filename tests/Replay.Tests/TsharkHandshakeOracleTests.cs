using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace PixieOrleans.Replay.Tests;

/// <summary>As <see cref="TsharkOracleTests"/>, of calls by gRPC and of handshakes of TLS.</summary>
public sealed class TsharkHandshakeOracleTests
{
    private const int ServerNameExtension = 0;
    private const int AlpnExtension = 16;

    // Suites that record.sh makes servers choose.
    private static readonly Dictionary<int, string> Suites = new()
    {
        [0x1302] = "TLS_AES_256_GCM_SHA384",
        [0xc030] = "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        [0x009d] = "TLS_RSA_WITH_AES_256_GCM_SHA384",
    };

    // The call's id is the last header of a request; the client waits for each call, so packets hold one stream.
    [Fact]
    public void Grpc_OfGrpcio_HasTheSameCalls()
    {
        string[] decode = ["tcp.port==15051,http2"];
        var states = Tshark
            .Fields("grpc.pcap.gz", decode, "tcp.srcport==15051 && http2.header.name==\"grpc-status\"",
                "http2.streamid", "http2.header.name", "http2.header.value")
            .ToDictionary(line => Stream(line[0]), line => Status(line[1].Split(','), line[2].Split(',')));
        var expected = Tshark
            .Fields("grpc.pcap.gz", decode, "http2.headers.path", "http2.streamid", "http2.headers.path",
                "http2.header.value")
            .Select(line => $"{line[1]} {line[2].Split(',')[^1]} {states.GetValueOrDefault(Stream(line[0]), "-")}")
            .ToList();

        var rows = Replayed.Of("grpc.pcap.gz").Rows("http_events", "req_path", "req_headers", "resp_headers");

        Assert.Equal(13, expected.Count);
        Assert.Contains("/testkit.Calls/Unary fail 3", expected);
        Assert.Contains("/testkit.Calls/ServerStream forever -", expected); // the client resets it
        Assert.Equal(expected, rows.Select(row => row.Split('|')).Select(
            row => $"{row[0]} {Member(row[1], "call-id")} {Member(row[2], "grpc-status")}"));
    }

    [Fact]
    public void Tls_OfNginx_HasTheSameClientHellos()
    {
        var expected = ClientHellos().Select(hello => string.Join(' ',
            Text(hello.Name), Text(hello.Alpn), Text(hello.Versions.Select(Version)),
            string.Join(',', hello.Ciphers.Select(cipher => $"{cipher:x4}"))));

        var rows = Replayed.Of("tls.pcap").Rows("tls_events", "req_body").Select(row => JsonElement.Parse(row));

        Assert.Equal(expected, rows.Select(row => string.Join(' ',
            List(row, "server_name"), List(row, "alpn"), List(row, "supported_versions"), row.GetProperty("ciphers"))));
    }

    [Fact]
    public void Tls_OfNginx_HasTheSameAnswers()
    {
        var expected = Tshark.ByPort(
            "tls.pcap", ["tcp.port==18443,tls"],
            "tcp.srcport==18443 && (tls.handshake.type==2 || tls.alert_message.desc==70)", "tcp.dstport",
            "tls.handshake.version", "tls.handshake.extensions.supported_version", "tls.handshake.ciphersuite",
            "tls.handshake.extensions_alpn_str", "tls.alert_message.desc");

        var rows = Replayed.Of("tls.pcap").Rows("tls_events", "resp_body");

        Assert.Equal(8, rows.Count);
        Assert.Equal(
            expected.Select(line => Answer(line.Split('|'))), rows.Select(row => Answer(JsonElement.Parse(row))));
    }

    // This tshark has no JA4: it is worked out of what tshark decodes, by the definition of FoxIO.
    [Fact]
    public void Tls_OfNginx_HasTheFingerprintsOfWhatTsharkDecodes() => Assert.Equal(
        ClientHellos().Select(hello => hello.Fingerprint()), Replayed.Of("tls.pcap").Rows("tls_events", "ja4"));

    private static IEnumerable<Hello> ClientHellos() => Tshark
        .ByPort("tls.pcap", ["tcp.port==18443,tls"], "tls.handshake.type==1", "tcp.srcport",
            "tls.handshake.extensions_server_name", "tls.handshake.extensions_alpn_str", "tls.handshake.version",
            "tls.handshake.extensions.supported_version", "tls.handshake.ciphersuite",
            "tls.handshake.extension.type", "tls.handshake.sig_hash_alg")
        .Select(line => line.Split('|'))
        .Select(cells => new Hello(
            Texts(cells[0]), Texts(cells[1]), Number(cells[2]), Numbers(cells[3]), Numbers(cells[4]),
            Numbers(cells[5]), Numbers(cells[6])));

    private static string Stream(string ids) => ids.Split(',').First(id => id != "0");

    // Counted from the end: texts before it have commas of their own.
    private static string Status(string[] names, string[] values) =>
        values[^(names.Length - Array.IndexOf(names, "grpc-status"))];

    private static string Member(string json, string name) =>
        JsonElement.Parse(json).TryGetProperty(name, out var value) ? value.GetString()! : "-";

    private static string Answer(string[] cells) => cells[4].Length > 0
        ? $"alert {cells[4]}"
        : string.Join(' ', Version(Number(cells[1].Length > 0 ? cells[1] : cells[0])), Suites[Number(cells[2])],
            Text(Texts(cells[3])));

    private static string Answer(JsonElement row) => row.TryGetProperty("alert", out var alert)
        ? $"alert {alert}"
        : $"{row.GetProperty("version")} {row.GetProperty("cipher")} {List(row, "alpn")}";

    private static string List(JsonElement row, string extension) =>
        row.GetProperty("extensions").TryGetProperty(extension, out var values)
            ? Text(values.EnumerateArray().Select(value => value.GetString()!))
            : "-";

    private static string Text(IEnumerable<string> values) => values.Any() ? string.Join(',', values) : "-";

    private static string Version(int number) => $"TLS 1.{number - 0x0301}";

    private static string[] Texts(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries);

    private static int[] Numbers(string list) => [.. Texts(list).Select(Number)];

    private static int Number(string text) => text.StartsWith("0x", StringComparison.Ordinal)
        ? Convert.ToInt32(text, 16)
        : int.Parse(text);

    /// <summary>A ClientHello as tshark decodes it.</summary>
    private sealed record Hello(
        string[] Name, string[] Alpn, int Legacy, int[] Versions, int[] Ciphers, int[] Extensions, int[] Signatures)
    {
        public string Fingerprint()
        {
            var version = Versions.Append(Legacy).Max() - 0x0301;
            var alpn = Alpn.Length > 0 ? $"{Alpn[0][0]}{Alpn[0][^1]}" : "00";
            var extensions = Sorted(Extensions.Where(item => item is not (ServerNameExtension or AlpnExtension)));
            var signatures = Signatures.Length > 0 ? "_" + Hex(Signatures) : "";
            return $"t1{version}{(Name.Length > 0 ? 'd' : 'i')}{Ciphers.Length:00}{Extensions.Length:00}{alpn}"
                + $"_{Hash(Sorted(Ciphers))}_{Hash(extensions + signatures)}";
        }

        private static string Sorted(IEnumerable<int> numbers) => Hex(numbers.Order());

        private static string Hex(IEnumerable<int> numbers) =>
            string.Join(',', numbers.Select(number => $"{number:x4}"));

        private static string Hash(string text) =>
            Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text)))[..12];
    }
}
