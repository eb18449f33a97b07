namespace PixieOrleans.Kernel.Tests.Tls;

/// <summary>The system's OpenSSL as python scripts call it function by function, both ends on one thread.</summary>
internal static class RawTls
{
    /// <summary>
    /// contexts(pem[, version]): server and client context; Tls(context, socket, is_server): an object with read, peek,
    /// write (-1: not now) and shake; shake(client, server); get(tls): waits for data; pair() is the child's.
    /// </summary>
    public const string Prelude =
        """
        L = ctypes.CDLL('libssl.so.3')
        P, I, Z = ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t
        for name, result, arguments in [
            ('TLS_client_method', P, []), ('TLS_server_method', P, []), ('SSL_CTX_new', P, [P]), ('SSL_new', P, [P]),
            ('SSL_CTX_use_certificate_chain_file', I, [P, ctypes.c_char_p]), ('SSL_free', None, [P]),
            ('SSL_CTX_use_PrivateKey_file', I, [P, ctypes.c_char_p, I]), ('SSL_set_fd', I, [P, I]),
            ('SSL_CTX_set_max_early_data', I, [P, ctypes.c_uint]), ('SSL_clear', I, [P]), ('SSL_shutdown', I, [P]),
            ('SSL_CTX_ctrl', ctypes.c_long, [P, I, ctypes.c_long, P]), ('SSL_do_handshake', I, [P]),
            ('SSL_CTX_set_options', ctypes.c_ulong, [P, ctypes.c_ulong]), ('SSL_get_wbio', P, [P]),
            ('BIO_ctrl', ctypes.c_long, [P, I, ctypes.c_long, P]),
            ('SSL_set_connect_state', None, [P]), ('SSL_set_accept_state', None, [P]), ('SSL_renegotiate', I, [P]),
            ('SSL_read', I, [P, P, I]), ('SSL_peek', I, [P, P, I]), ('SSL_write', I, [P, P, I]),
            ('SSL_get1_session', P, [P]), ('SSL_set_session', I, [P, P]),
            ('SSL_write_early_data', I, [P, P, Z, P]), ('SSL_read_early_data', I, [P, P, Z, P]),
            ('SSL_sendfile', ctypes.c_ssize_t, [P, I, ctypes.c_long, Z, I]),
        ]:
            f = getattr(L, name); f.restype, f.argtypes = result, arguments
        class Tls:
            def __init__(self, context, sock, server):
                self.o = L.SSL_new(context); self.use(sock); self.buffer = ctypes.create_string_buffer(65536)
                (L.SSL_set_accept_state if server else L.SSL_set_connect_state)(self.o)
            def use(self, sock):
                self.sock = sock; sock.setblocking(False); L.SSL_set_fd(self.o, sock.fileno())
            def shake(self): return L.SSL_do_handshake(self.o)
            def read(self, f=L.SSL_read):
                n = f(self.o, self.buffer, 65536); return self.buffer.raw[:n] if n > 0 else b''
            def peek(self): return self.read(L.SSL_peek)
            def write(self, data): return L.SSL_write(self.o, data, len(data))
        def contexts(pem, version=0x0304):
            s, c = L.SSL_CTX_new(L.TLS_server_method()), L.SSL_CTX_new(L.TLS_client_method())
            assert L.SSL_CTX_use_certificate_chain_file(s, pem) == L.SSL_CTX_use_PrivateKey_file(s, pem, 1) == 1
            for x in (s, c): L.SSL_CTX_ctrl(x, 124, version, None); L.SSL_CTX_ctrl(x, 123, version, None)
            return s, c
        def shake(c, s):
            for _ in range(100000):
                if (c.shake() == 1) & (s.shake() == 1): return
            raise Exception('no handshake')
        def get(t):
            for _ in range(1000000):
                d = t.read()
                if d: return d
            raise Exception('no data')
        def connected(sc, cc):
            c, a = pair(); c, s = Tls(cc, c, False), Tls(sc, a, True); shake(c, s); return c, s
        """;
}
