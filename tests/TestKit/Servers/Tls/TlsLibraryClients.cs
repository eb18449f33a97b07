namespace PixieOrleans.TestKit.Servers.Tls;

/// <summary>HTTP clients by their TLS library; they take any certificate and go on using a connection.</summary>
public static class TlsLibraryClients
{
    private const string Curl =
        """
        import ctypes, sys
        lib = ctypes.CDLL(sys.argv[1])
        lib.curl_easy_init.restype = ctypes.c_void_p
        handle = ctypes.c_void_p(lib.curl_easy_init())
        url, function, verify_peer, verify_host = 10002, 20011, 64, 81
        take = ctypes.CFUNCTYPE(ctypes.c_size_t, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_void_p)
        sink = take(lambda data, size, count, context: size * count)
        lib.curl_easy_setopt(handle, verify_peer, ctypes.c_long(0))
        lib.curl_easy_setopt(handle, verify_host, ctypes.c_long(0))
        lib.curl_easy_setopt(handle, function, sink)
        for address in sys.argv[2:]:
            lib.curl_easy_setopt(handle, url, address.encode())
            code = lib.curl_easy_perform(handle)
            if code: sys.exit('curl_easy_perform: %d' % code)
        lib.curl_easy_cleanup(handle)
        """;

    /// <summary>libcurl in one of its builds: libcurl-gnutls.so.4, libcurl-nss.so.4, libcurl.so.4.</summary>
    public static Task LibCurlAsync(string library, Uri[] addresses, CancellationToken cancellationToken)
    {
        if (!File.Exists($"/usr/lib/x86_64-linux-gnu/{library}"))
        {
            throw Programs.Skip($"{library} is missing: apt-get install libcurl3-gnutls libcurl3-nss");
        }

        return RunAsync([Programs.Require("python3", "python3"), "-c", Curl, library], addresses, cancellationToken);
    }

    /// <summary>GNU Wget, which uses GnuTLS in Debian; an answer that is an error does not end it.</summary>
    public static Task WgetAsync(Uri[] addresses, CancellationToken cancellationToken)
    {
        string[] command =
        [
            "/bin/sh", "-c", "\"$@\"; [ $? = 0 -o $? = 8 ]", "sh",
            Programs.Require("wget", "wget"), "-q", "-O", "/dev/null", "--no-check-certificate",
        ];
        return RunAsync(command, addresses, cancellationToken);
    }

    /// <summary>curl of another Debian release.</summary>
    public static Task CurlOfAsync(string release, Uri[] addresses, CancellationToken cancellationToken)
    {
        string[] command = [.. TlsTargetFolder.Enter(release), "/usr/bin/curl", "-sk", "--http1.1", "-o", "/dev/null"];
        var rest = addresses.Skip(1).SelectMany(a => new[] { "-o", "/dev/null", a.AbsoluteUri });
        return ChildProcess.RunAsync(
            command[0], [.. command[1..], addresses[0].AbsoluteUri, .. rest], cancellationToken);
    }

    /// <summary>The C program of the tests for the API of OpenSSL, built with options that name its library.</summary>
    public static async Task OpenSslHttpAsync(string[] options, Uri[] addresses, CancellationToken cancellationToken)
    {
        var program = await CPrograms.BuildAsync("Tls/openssl_http.c", options, cancellationToken);
        await RunAsync([program, "client"], addresses, cancellationToken);
    }

    /// <summary>The Rust program of the tests; with tokio it asks for all at once, over a connection each.</summary>
    public static Task RustlsAsync(
        string version, bool isAsync, Uri[] addresses, CancellationToken cancellationToken) => RunAsync(
            [TlsTargetFolder.Require($"rustls-{version}", "rustls_http"), isAsync ? "client-async" : "client"],
            addresses,
            cancellationToken);

    private static Task<string> RunAsync(string[] command, Uri[] addresses, CancellationToken cancellationToken) =>
        ChildProcess.RunAsync(
            command[0], [.. command[1..], .. addresses.Select(a => a.AbsoluteUri)], cancellationToken);
}
