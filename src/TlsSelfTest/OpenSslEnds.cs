using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PixieOrleans.TlsSelfTest;

/// <summary>Two ends of OpenSSL (1.1.0 and later) or BoringSSL: TLS 1.2 with a key known to both (PSK).</summary>
/// <remarks>
/// No file is read: no certificate is needed, and no configuration loaded. Functions: OpenSSL's manual pages, section
/// 3. What a macro stands for is a function of its own in BoringSSL. Objects are never freed: the process ends.
/// </remarks>
internal sealed unsafe class OpenSslEnds : KnownExchange.IEnds
{
    private const ulong NoConfiguration = 0x80; // OPENSSL_INIT_NO_LOAD_CONFIG
    private const int SetMaxVersion = 124; // SSL_CTRL_SET_MAX_PROTO_VERSION
    private const int Tls12 = 0x0303;
    private const int KeyBytes = 16;

    private readonly TlsLibrary _library;
    private readonly delegate* unmanaged[Cdecl]<nint, int> _handshake;

    /// <summary>Makes and connects them.</summary>
    public OpenSslEnds(TlsLibrary library)
    {
        _library = library;
        _handshake = (delegate* unmanaged[Cdecl]<nint, int>)library.Get(HandshakeName);
        ((delegate* unmanaged[Cdecl]<ulong, nint, int>)library.Get("OPENSSL_init_ssl"))(NoConfiguration, 0);
        var context = CreateContext();
        var create = (delegate* unmanaged[Cdecl]<nint, nint>)library.Get("SSL_new");
        (Client, Server) = (create(context), create(context));
        var (toServer, toClient) = (CreateMemory(), CreateMemory());
        var connect = (delegate* unmanaged[Cdecl]<nint, nint, nint, void>)library.Get("SSL_set_bio");
        connect(Client, toClient, toServer);
        connect(Server, toServer, toClient);
        ((delegate* unmanaged[Cdecl]<nint, void>)library.Get("SSL_set_connect_state"))(Client);
        ((delegate* unmanaged[Cdecl]<nint, void>)library.Get("SSL_set_accept_state"))(Server);
    }

    /// <inheritdoc/>
    public nint Client { get; }

    /// <inheritdoc/>
    public nint Server { get; }

    /// <inheritdoc/>
    public string HandshakeName => "SSL_do_handshake";

    /// <inheritdoc/>
    public IEnumerable<KnownExchange.Pair> Pairs
    {
        get
        {
            yield return new(Plain("SSL_write"), Plain("SSL_read"));
            if (_library.Find("SSL_write_ex") != 0 && _library.Find("SSL_read_ex") != 0)
            {
                yield return new(WithCount("SSL_write_ex"), WithCount("SSL_read_ex"));
            }

            if (_library.Find("SSL_write_ex2") != 0)
            {
                yield return new(WithFlags("SSL_write_ex2"), WithCount("SSL_read_ex"));
            }
        }
    }

    /// <inheritdoc/>
    public bool Handshake(nint tls) => _handshake(tls) == 1;

    private nint CreateContext()
    {
        var method = ((delegate* unmanaged[Cdecl]<nint>)_library.Get("TLS_method"))();
        var context = ((delegate* unmanaged[Cdecl]<nint, nint>)_library.Get("SSL_CTX_new"))(method);
        LimitVersion(context);
        ((delegate* unmanaged[Cdecl]<nint, nint, void>)_library.Get("SSL_CTX_set_psk_client_callback"))(
            context, (nint)(delegate* unmanaged[Cdecl]<nint, nint, byte*, uint, byte*, uint, uint>)&OnClientKey);
        ((delegate* unmanaged[Cdecl]<nint, nint, void>)_library.Get("SSL_CTX_set_psk_server_callback"))(
            context, (nint)(delegate* unmanaged[Cdecl]<nint, nint, byte*, uint, uint>)&OnServerKey);
        fixed (byte* ciphers = "PSK-AES128-CBC-SHA\0"u8)
        {
            ((delegate* unmanaged[Cdecl]<nint, byte*, int>)_library.Get("SSL_CTX_set_cipher_list"))(context, ciphers);
        }

        return context;
    }

    private void LimitVersion(nint context)
    {
        if (_library.Find("SSL_CTX_set_max_proto_version") is var limit and not 0)
        {
            ((delegate* unmanaged[Cdecl]<nint, ushort, int>)limit)(context, Tls12);
        }
        else
        {
            ((delegate* unmanaged[Cdecl]<nint, int, long, nint, long>)_library.Get("SSL_CTX_ctrl"))(
                context, SetMaxVersion, Tls12, 0);
        }
    }

    private nint CreateMemory()
    {
        var kind = ((delegate* unmanaged[Cdecl]<nint>)_library.Get("BIO_s_mem"))();
        return ((delegate* unmanaged[Cdecl]<nint, nint>)_library.Get("BIO_new"))(kind);
    }

    private KnownExchange.Function Plain(string name)
    {
        var function = (delegate* unmanaged[Cdecl]<nint, byte*, int, int>)_library.Get(name);
        return new(name, (tls, buffer, bytes) => function(tls, buffer, bytes));
    }

    private KnownExchange.Function WithCount(string name)
    {
        var function = (delegate* unmanaged[Cdecl]<nint, byte*, nuint, nuint*, int>)_library.Get(name);
        return new(name, (tls, buffer, bytes) =>
        {
            nuint moved;
            return function(tls, buffer, (nuint)bytes, &moved) == 1 ? (int)moved : 0;
        });
    }

    private KnownExchange.Function WithFlags(string name)
    {
        var function = (delegate* unmanaged[Cdecl]<nint, byte*, nuint, ulong, nuint*, int>)_library.Get(name);
        return new(name, (tls, buffer, bytes) =>
        {
            nuint moved;
            return function(tls, buffer, (nuint)bytes, 0, &moved) == 1 ? (int)moved : 0;
        });
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static uint OnClientKey(nint tls, nint hint, byte* identity, uint identityBytes, byte* key, uint keyBytes)
    {
        "self-test\0"u8.CopyTo(new Span<byte>(identity, (int)identityBytes));
        return FillKey(key, keyBytes);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static uint OnServerKey(nint tls, nint identity, byte* key, uint keyBytes) => FillKey(key, keyBytes);

    private static uint FillKey(byte* key, uint keyBytes)
    {
        new Span<byte>(key, (int)Math.Min(keyBytes, KeyBytes)).Fill(7);
        return Math.Min(keyBytes, KeyBytes);
    }
}
