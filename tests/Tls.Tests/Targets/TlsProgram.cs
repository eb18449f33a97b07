using PixieOrleans.TestKit.Servers;
using PixieOrleans.TestKit.Servers.Tls;

namespace PixieOrleans.Tls.Tests.Targets;

/// <summary>A C program of the tests (tests/Servers/Tls): HTTP/1.1 over a TLS library, both roles.</summary>
/// <param name="LibraryName">Tells it from the others.</param>
/// <param name="Source">Its source.</param>
/// <param name="Options">Options of the compiler; what is missing skips the test.</param>
/// <param name="Library">The library's file; null: the program contains it.</param>
/// <param name="Function">The function of the library that is tried with it; empty: the usual ones.</param>
internal sealed record TlsProgram(
    string LibraryName,
    string Source,
    Func<string[]> Options,
    Func<CancellationToken, Task<string>>? Library,
    string Function = "")
{
    private const string Android = "/usr/lib/x86_64-linux-gnu/android"; // where the linker does not look

    /// <summary>Mbed TLS.</summary>
    public static TlsProgram MbedTls { get; } = new(
        "Mbed TLS",
        "mbedtls_http.c",
        () => Linked("/usr/include/mbedtls/ssl.h", "libmbedtls-dev", "-lmbedtls", "-lmbedx509", "-lmbedcrypto"),
        SystemLibraries.Find("libmbedtls.so.14", "libmbedtls14"));

    /// <summary>wolfSSL, by its names of OpenSSL's API.</summary>
    public static TlsProgram WolfSsl { get; } = new(
        "wolfSSL",
        "openssl_http.c",
        () => Linked(
            "/usr/include/wolfssl/ssl.h", "libwolfssl-dev", "-DWITH_WOLFSSL", "-I/usr/include/wolfssl", "-lwolfssl"),
        SystemLibraries.Find("libwolfssl.so.35", "libwolfssl35"));

    /// <summary>Debian's BoringSSL.</summary>
    public static TlsProgram BoringSsl { get; } = new(
        "BoringSSL",
        "openssl_http.c",
        () => Linked(
            "/usr/include/android/openssl/ssl.h", "android-libboringssl-dev",
            "-I/usr/include/android", $"-L{Android}", "-lssl", "-lcrypto", $"-Wl,-rpath,{Android}"),
        SystemLibraries.Find("android/libssl.so.0", "android-libboringssl"));

    /// <summary>BoringSSL in the program, with its symbols.</summary>
    public static TlsProgram StaticBoringSsl { get; } =
        new("static BoringSSL", "openssl_http.c", () => StaticOptions, null);

    /// <summary>The same without symbols.</summary>
    public static TlsProgram StrippedBoringSsl { get; } =
        new("stripped BoringSSL", "openssl_http.c", () => [.. StaticOptions, "-s"], null);

    /// <summary>OpenSSL in the program, without symbols.</summary>
    public static TlsProgram StrippedOpenSsl { get; } = new(
        "stripped OpenSSL",
        "openssl_http.c",
        () => Linked("/usr/lib/x86_64-linux-gnu/libssl.a", "libssl-dev", "-l:libssl.a", "-l:libcrypto.a", "-s"),
        null);

    /// <summary>The program in tables.</summary>
    public string Program => Function.Length == 0 ? "C program" : $"C program ({Function})";

    /// <summary>Name of the target.</summary>
    public string Name => $"{Program} on {LibraryName}";

    private static string[] StaticOptions =>
    [
        $"-I{TlsTargetFolder.Require("boringssl", "include")}", TlsTargetFolder.Require("boringssl", "libboring.a"),
        "-lpthread", "-lstdc++",
    ];

    /// <summary>GnuTLS.</summary>
    /// <param name="way">How plaintext is moved, as gnutls_http.c calls it.</param>
    /// <param name="function">The function for that; empty: the usual ones.</param>
    public static TlsProgram GnuTls(string way = "SEND", string function = "") => new(
        "GnuTLS",
        "gnutls_http.c",
        () => Linked("/usr/include/gnutls/gnutls.h", "libgnutls28-dev", $"-DWAY={way}", "-lgnutls"),
        SystemLibraries.Find("libgnutls.so.30", "libgnutls30"),
        function);

    /// <summary>Path of the program, built.</summary>
    public Task<string> RequireAsync(CancellationToken cancellationToken) =>
        CPrograms.BuildAsync($"Tls/{Source}", Options(), cancellationToken);

    /// <summary>Path of the file that holds the library.</summary>
    public Task<string> FindLibraryAsync(CancellationToken cancellationToken) =>
        (Library ?? RequireAsync)(cancellationToken);

    private static string[] Linked(string header, string package, params string[] options) => File.Exists(header)
        ? options
        : throw Programs.Skip($"{header} is missing: apt-get install {package}");
}
