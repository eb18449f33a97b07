using PixieOrleans.TestKit.Servers.Tls;
using PixieOrleans.Tls.Tests.Matrix;

namespace PixieOrleans.Tls.Tests.Targets;

/// <summary>Programs on TLS libraries other than OpenSSL, or that reach it through another.</summary>
internal static class LibraryTargets
{
    private static readonly (string Version, bool IsAsync)[] Rustls =
        [("0.20", false), ("0.20", true), ("0.23", false), ("0.23", true)];

    /// <summary>All.</summary>
    public static IReadOnlyList<TlsTarget> All =>
    [
        new("Java with netty-tcnative", SystemLibraries.OpenSsl)
        {
            Servers = [Netty.Server], Clients = [Netty.Client], IsLong = true,
        },
        Lighttpd("gnutls", "libgnutls.so.30", "libgnutls30") with { IsLong = true },
        new("wget", SystemLibraries.Find("libgnutls.so.30", "libgnutls30"))
        {
            Clients = [LibraryClients.Wget], IsLong = true,
        },
        LibCurl("gnutls", "libgnutls.so.30", "libgnutls30") with { IsLong = true },
        Program(TlsProgram.GnuTls()) with { IsLong = true },
        Program(TlsProgram.GnuTls("CORK", "gnutls_record_cork")),
        Program(TlsProgram.GnuTls("SEND2", "gnutls_record_send2")) with { IsLong = true },
        Program(TlsProgram.GnuTls("RANGE", "gnutls_record_send_range")) with { IsLong = true },
        Program(TlsProgram.GnuTls("PACKET", "gnutls_record_recv_packet")),
        Lighttpd("nss", "libssl3.so", "libnss3"),
        LibCurl("nss", "libssl3.so", "libnss3") with { IsLong = true },
        Lighttpd("mbedtls", "libmbedtls.so.14", "libmbedtls14") with { IsLong = true },
        Program(TlsProgram.MbedTls),
        Lighttpd("wolfssl", "libwolfssl.so.35", "libwolfssl35") with { IsLong = true },
        Program(TlsProgram.WolfSsl),
        Program(TlsProgram.BoringSsl),
        Program(TlsProgram.StaticBoringSsl) with { IsLong = true },
        Program(TlsProgram.StrippedBoringSsl) with { IsLong = true },
        .. Rustls.Select(r => OfRustls(r.Version, r.IsAsync)),
    ];

    private static TlsTarget Lighttpd(string module, string file, string package) =>
        new($"lighttpd mod_{module}", SystemLibraries.Find(file, package))
        {
            Program = "lighttpd",
            Servers = [LibraryServers.Lighttpd(TlsLoad.Http1, module), LibraryServers.Lighttpd(TlsLoad.Http2, module)],
        };

    private static TlsTarget LibCurl(string kind, string file, string package) =>
        new($"libcurl-{kind}", SystemLibraries.Find(file, package))
        {
            Clients =
            [
                LibraryClients.LibCurl(TlsLoad.Http1, $"libcurl-{kind}.so.4"),
                LibraryClients.LibCurl(TlsLoad.Http2, $"libcurl-{kind}.so.4"),
            ],
        };

    private static TlsTarget Program(TlsProgram program) => new(program.Name, program.FindLibraryAsync)
    {
        Program = program.Program,
        Servers = [LibraryServers.Program(program.RequireAsync, "server")],
        Clients = [LibraryClients.Program(program.RequireAsync, "client")],
    };

    private static TlsTarget OfRustls(string version, bool isAsync)
    {
        Task<string> Require(CancellationToken cancellationToken) =>
            Task.FromResult(TlsTargetFolder.Require($"rustls-{version}", "rustls_http"));
        var suffix = isAsync ? "-async" : "";
        var way = isAsync ? "tokio" : "threads";
        return new TlsTarget($"rustls {version}, {way}", Require)
        {
            Program = $"Rust program, {way}",
            Servers = [LibraryServers.Program(Require, $"server{suffix}")],
            Clients = [LibraryClients.Program(Require, $"client{suffix}")],
            IsLong = true,
        };
    }
}
