namespace PixieOrleans.TestKit.Servers;

/// <summary>Configurations and scripts of the test servers; all log in the format of AccessLog.</summary>
internal static class ServerFiles
{
    /// <summary>Python: http.server, one thread per connection.</summary>
    public const string PythonThreads = """
        import ssl, sys, time
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

        log = open('access.log', 'a', buffering=1)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'
            disable_nagle_algorithm = True

            def log_message(self, *arguments):
                pass

            def answer(self):
                started = time.monotonic()
                size = int(self.headers.get('Content-Length') or 0)
                body = self.rfile.read(size)
                kind, _, value = self.path[1:].partition('/')
                status = int(value) if kind == 'status' else 200
                if kind == 'slow':
                    time.sleep(int(value) / 1000)
                if kind == 'size':
                    body = b'x' * int(value)
                elif kind != 'echo':
                    body = b'hi\n'
                self.send_response(status)
                self.send_header('Content-Type', 'text/plain')
                self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                row = (self.command, self.path, status, len(body), time.monotonic() - started,
                       self.client_address[1], size)
                log.write('\t'.join(map(str, row)) + '\n')

            do_GET = do_POST = answer

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

        server = Server(('127.0.0.1', int(sys.argv[1])), Handler)
        if len(sys.argv) > 2:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(sys.argv[2])
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        server.serve_forever()
        """;

    /// <summary>Python: asyncio streams; answers pipelined requests in order.</summary>
    public const string PythonAsyncio = """
        import asyncio, ssl, sys, time

        log = open('access.log', 'a', buffering=1)

        async def serve(reader, writer):
            port = writer.get_extra_info('peername')[1]
            try:
                while True:
                    head = (await reader.readuntil(b'\r\n\r\n')).decode('latin-1')
                    started = time.monotonic()
                    lines = head.split('\r\n')
                    method, path, _ = lines[0].split(' ')
                    headers = dict(line.lower().split(': ', 1) for line in lines[1:] if line)
                    size = int(headers.get('content-length', 0))
                    body = await reader.readexactly(size)
                    kind, _, value = path[1:].partition('/')
                    status = int(value) if kind == 'status' else 200
                    if kind == 'slow':
                        await asyncio.sleep(int(value) / 1000)
                    if kind == 'size':
                        body = b'x' * int(value)
                    elif kind != 'echo':
                        body = b'hi\n'
                    writer.write(f'HTTP/1.1 {status} OK\r\nContent-Length: {len(body)}\r\n\r\n'.encode() + body)
                    await writer.drain()
                    row = (method, path, status, len(body), time.monotonic() - started, port, size)
                    log.write('\t'.join(map(str, row)) + '\n')
            except (asyncio.IncompleteReadError, ConnectionError):
                pass
            finally:
                writer.close()

        async def main():
            context = None
            if len(sys.argv) > 2:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(sys.argv[2])
            server = await asyncio.start_server(serve, '127.0.0.1', int(sys.argv[1]), ssl=context)
            await server.serve_forever()

        asyncio.run(main())
        """;

    /// <summary>Node: the http module, or http2; bodies of GET / are chunked.</summary>
    public const string Node = """
        const log = require('fs').openSync('access.log', 'a');
        const pem = process.argv[3] !== '-' && require('fs').readFileSync(process.argv[3]);
        const create = process.argv[4] === 'http2' ? require('http2')[pem ? 'createSecureServer' : 'createServer']
          : require(pem ? 'https' : 'http').createServer;
        const server = create({ key: pem, cert: pem }, (request, response) => {
          const started = process.hrtime.bigint();
          const parts = [];
          request.on('data', part => parts.push(part));
          request.on('end', () => {
            const received = Buffer.concat(parts);
            const [kind, value] = request.url.slice(1).split('/');
            const status = kind === 'status' ? Number(value) : 200;
            const body = kind === 'echo' ? received : kind === 'size' ? Buffer.alloc(Number(value), 'x') : 'hi\n';
            const port = request.socket.remotePort;
            setTimeout(() => {
              response.writeHead(status, { 'Content-Type': 'text/plain' });
              response.write(body);
              response.end(() => {
                const seconds = Number(process.hrtime.bigint() - started) / 1e9;
                const row = [request.method, request.url, status, body.length, seconds, port, received.length];
                require('fs').writeSync(log, row.join('\t') + '\n');
              });
            }, kind === 'slow' ? Number(value) : 0);
          });
        });
        server.keepAliveTimeout = 60000;
        server.listen(Number(process.argv[2]), '127.0.0.1');
        process.on('SIGTERM', () => process.exit(0));
        """;

    /// <summary>
    /// nginx: texts at / and /status/…, files of the folder at /files/ and /size/. HTTP/2 is over TLS 1.2, so that both
    /// versions are tried.
    /// </summary>
    public static string NginxConf(int port, string folder, string? pem = null, bool http2 = false) => $$"""
        daemon off;
        user root;
        worker_processes 1;
        pid {{folder}}/nginx.pid;
        error_log {{folder}}/error.log;
        events { worker_connections 4096; }
        http {
          log_format rows '$request_method\t$request_uri\t$status\t$body_bytes_sent\t'
                          '$request_time\t$remote_port\t$content_length';
          access_log {{folder}}/access.log rows;
          client_body_temp_path {{folder}}/t1;
          proxy_temp_path {{folder}}/t2;
          fastcgi_temp_path {{folder}}/t3;
          uwsgi_temp_path {{folder}}/t4;
          scgi_temp_path {{folder}}/t5;
          keepalive_requests 100000000;
          client_max_body_size 0;
          sendfile on;
          server {
            listen 127.0.0.1:{{port}} {{(pem is null ? "" : "ssl")}} {{(http2 ? "http2" : "")}} backlog=4096;
            {{(pem is null ? "" : $"ssl_certificate {pem}; ssl_certificate_key {pem};")}}
            {{(pem is null ? "" : $"ssl_protocols TLSv1.2{(http2 ? "" : " TLSv1.3")};")}}
            location / { return 200 "hi\n"; }
            location /status/204 { return 204; }
            location /status/404 { return 404 "no\n"; }
            location /status/503 { return 503 "busy\n"; }
            location /files/ { alias {{folder}}/; }
            location /size/ { root {{folder}}; sendfile off; }
            location /echo { proxy_pass http://unix:{{folder}}/echo.sock; }
          }
          server {
            listen unix:{{folder}}/echo.sock;
            location / { return 200 "hi\n"; }
          }
        }
        """;

    /// <summary>Gives back what is posted, as a CGI program: Apache reads all of that before it answers.</summary>
    public const string EchoCgi = """
        #!/bin/sh
        printf 'Content-Type: text/plain\r\n\r\n'
        exec cat

        """;

    /// <summary>Apache: index.html for every path, files of the folder at /files/ and /size/, /echo.</summary>
    public static string ApacheConf(int port, string folder, string? pem, bool http2) => $$"""
        ServerRoot /usr/lib/apache2
        LoadModule mpm_event_module modules/mod_mpm_event.so
        LoadModule authz_core_module modules/mod_authz_core.so
        LoadModule alias_module modules/mod_alias.so
        LoadModule cgid_module modules/mod_cgid.so
        ScriptSock {{folder}}/cgid.sock
        {{(http2 ? $"LoadModule http2_module modules/mod_http2.so\nProtocols h2 h2c http/1.1\nH2Upgrade on" : "")}}
        {{(pem is null ? "" : $"LoadModule ssl_module modules/mod_ssl.so\nSSLSessionCache none")}}
        {{(pem is null ? "" : $"SSLEngine on\nSSLCertificateFile {pem}\nSSLCertificateKeyFile {pem}")}}
        ServerName localhost
        User www-data
        Group www-data
        Listen 127.0.0.1:{{port}}
        PidFile {{folder}}/apache.pid
        DefaultRuntimeDir {{folder}}
        ErrorLog {{folder}}/error.log
        LogFormat "%m\t%U%q\t%>s\t%B\t%D\t%{remote}p\t%{Content-Length}i" rows
        CustomLog {{folder}}/access.log rows
        MaxKeepAliveRequests 0
        KeepAlive On
        DocumentRoot {{folder}}
        EnableSendfile Off
        EnableMMAP Off
        ScriptAlias "/echo" "{{folder}}/echo.cgi"
        AliasMatch "^/(?!files/|size/|echo).*$" "{{folder}}/index.html"
        Alias "/files/" "{{folder}}/"
        Alias "/size/" "{{folder}}/size/"
        <Directory {{folder}}>
          Require all granted
        </Directory>
        """;
}
