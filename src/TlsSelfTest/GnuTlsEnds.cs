using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PixieOrleans.TlsSelfTest;

/// <summary>Two ends of GnuTLS: TLS 1.2 with keys that nobody vouches for (ANON-ECDH), through functions of ours.
/// </summary>
/// <remarks>Functions: GnuTLS' manual, chapter "API reference". Objects are never freed: the process ends.</remarks>
internal sealed unsafe class GnuTlsEnds : KnownExchange.IEnds
{
    private const uint ServerFlag = 1; // GNUTLS_SERVER
    private const uint ClientFlag = 2; // GNUTLS_CLIENT
    private const int Anonymous = 2; // GNUTLS_CRD_ANON
    private const int TryAgain = 11; // EAGAIN

    private static readonly Queue<byte> ToServer = []; // below 10 KiB: what the exchange writes
    private static readonly Queue<byte> ToClient = [];
    private static nint _server;
    private static delegate* unmanaged[Cdecl]<nint, int, void> _setError;

    private readonly TlsLibrary _library;
    private readonly delegate* unmanaged[Cdecl]<nint, int> _handshake;

    /// <summary>Makes and connects them.</summary>
    public GnuTlsEnds(TlsLibrary library)
    {
        _library = library;
        _handshake = (delegate* unmanaged[Cdecl]<nint, int>)library.Get(HandshakeName);
        _setError = (delegate* unmanaged[Cdecl]<nint, int, void>)library.Get("gnutls_transport_set_errno");
        Client = Create(ClientFlag, "gnutls_anon_allocate_client_credentials");
        Server = _server = Create(ServerFlag, "gnutls_anon_allocate_server_credentials");
    }

    /// <inheritdoc/>
    public nint Client { get; }

    /// <inheritdoc/>
    public nint Server { get; }

    /// <inheritdoc/>
    public string HandshakeName => "gnutls_handshake";

    /// <inheritdoc/>
    public IEnumerable<KnownExchange.Pair> Pairs
    {
        get
        {
            yield return new(Plain("gnutls_record_send"), Plain("gnutls_record_recv"));
            if (_library.Find("gnutls_record_send2") != 0)
            {
                yield return new(WithPadding("gnutls_record_send2"), WithSequence("gnutls_record_recv_seq"));
            }
        }
    }

    /// <inheritdoc/>
    public bool Handshake(nint tls) => _handshake(tls) == 0;

    private nint Create(uint flag, string credentialsFunction)
    {
        nint session, credentials;
        ((delegate* unmanaged[Cdecl]<nint*, uint, int>)_library.Get("gnutls_init"))(&session, flag);
        ((delegate* unmanaged[Cdecl]<nint*, int>)_library.Get(credentialsFunction))(&credentials);
        ((delegate* unmanaged[Cdecl]<nint, int, nint, int>)_library.Get("gnutls_credentials_set"))(
            session, Anonymous, credentials);
        fixed (byte* priorities = "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+ANON-ECDH\0"u8)
        {
            ((delegate* unmanaged[Cdecl]<nint, byte*, nint, int>)_library.Get("gnutls_priority_set_direct"))(
                session, priorities, 0);
        }

        ((delegate* unmanaged[Cdecl]<nint, nint, void>)_library.Get("gnutls_transport_set_ptr"))(session, session);
        ((delegate* unmanaged[Cdecl]<nint, nint, void>)_library.Get("gnutls_transport_set_push_function"))(
            session, (nint)(delegate* unmanaged[Cdecl]<nint, byte*, nint, nint>)&OnPush);
        ((delegate* unmanaged[Cdecl]<nint, nint, void>)_library.Get("gnutls_transport_set_pull_function"))(
            session, (nint)(delegate* unmanaged[Cdecl]<nint, byte*, nint, nint>)&OnPull);
        return session;
    }

    private KnownExchange.Function Plain(string name)
    {
        var function = (delegate* unmanaged[Cdecl]<nint, byte*, nint, nint>)_library.Get(name);
        return new(name, (tls, buffer, bytes) => (int)function(tls, buffer, bytes));
    }

    private KnownExchange.Function WithPadding(string name)
    {
        var function = (delegate* unmanaged[Cdecl]<nint, byte*, nint, nint, uint, nint>)_library.Get(name);
        return new(name, (tls, buffer, bytes) => (int)function(tls, buffer, bytes, 0, 0));
    }

    private KnownExchange.Function WithSequence(string name)
    {
        var function = (delegate* unmanaged[Cdecl]<nint, byte*, nint, ulong*, nint>)_library.Get(name);
        return new(name, (tls, buffer, bytes) =>
        {
            ulong sequence;
            return (int)function(tls, buffer, bytes, &sequence);
        });
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint OnPush(nint session, byte* data, nint bytes)
    {
        var queue = session == _server ? ToClient : ToServer;
        for (var i = 0; i < bytes; i++)
        {
            queue.Enqueue(data[i]);
        }

        return bytes;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint OnPull(nint session, byte* buffer, nint bytes)
    {
        var queue = session == _server ? ToServer : ToClient;
        var count = 0;
        while (count < bytes && queue.TryDequeue(out var value))
        {
            buffer[count++] = value;
        }

        if (count == 0)
        {
            _setError(session, TryAgain);
            return -1;
        }

        return count;
    }
}
