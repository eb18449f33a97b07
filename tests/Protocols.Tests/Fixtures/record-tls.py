#!/usr/bin/env python3
"""Records the bytes of TLS handshakes between real clients and servers into Fixtures/tls.

A proxy on loopback forwards unchanged and notes every chunk in the order seen. One file per pair: a comment line with
the origin, then "> BASE64" (from the client) and "< BASE64" (from the server); "=" starts a new connection.
Needs nginx, openssl, curl, gnutls-bin. Usage: record-tls.py OUTPUT-FOLDER WORK-FOLDER
"""
import os, socket, ssl, subprocess, sys, time

from recording_proxy import RecordingProxy

out, work = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
quiet = dict(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait(port):
    deadline = time.time() + 10
    while time.time() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"nothing listens on {port}")


def version(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.stdout.splitlines()[0].strip()


def run(*command):
    subprocess.run(command, stdin=subprocess.DEVNULL, timeout=10, **quiet)


subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{work}/k.pem", "-out",
                f"{work}/c.pem", "-days", "30", "-subj", "/CN=localhost"], check=True, **quiet)
nginx_port, gnutls_port = free_port(), free_port()
with open(f"{work}/nginx.conf", "w") as f:
    f.write(f"""daemon off; worker_processes 1; pid {work}/pid; error_log {work}/err; events {{}}
http {{ access_log off; client_body_temp_path {work}/t1; proxy_temp_path {work}/t2; fastcgi_temp_path {work}/t3;
uwsgi_temp_path {work}/t4; scgi_temp_path {work}/t5;
server {{ listen 127.0.0.1:{nginx_port} ssl http2; ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate {work}/c.pem;
ssl_certificate_key {work}/k.pem; location / {{ return 200 "hi\\n"; }} }} }}""")
servers = [
    subprocess.Popen(["nginx", "-c", f"{work}/nginx.conf"], **quiet),
    subprocess.Popen(["gnutls-serv", "--http", "-p", str(gnutls_port), "--x509keyfile", f"{work}/k.pem",
                      "--x509certfile", f"{work}/c.pem"], **quiet),
]
try:
    wait(nginx_port)
    wait(gnutls_port)
    openssl, nginx = version(["openssl", "version"]), version(["nginx", "-v"])

    tcp = RecordingProxy(nginx_port)
    for options in (["--http1.1"], ["--http2"], ["--tls-max", "1.2"]):
        run("curl", "-sk", *options, "--resolve", f"shop.test:{tcp.port}:127.0.0.1", f"https://shop.test:{tcp.port}/")
    run("curl", "-sk", f"https://127.0.0.1:{tcp.port}/")  # no name: no SNI
    tcp.save(f"{out}/nginx-curl.txt", f"{nginx} with {version(['curl', '--version']).split('(')[0]}{openssl}")

    tcp = RecordingProxy(nginx_port)
    address = f"127.0.0.1:{tcp.port}"
    run("openssl", "s_client", "-connect", address, "-servername", "a.test", "-tls1_3", "-groups", "P-521:X25519")
    run("openssl", "s_client", "-connect", address, "-servername", "b.test", "-tls1_2", "-cipher", "AES128-SHA256")
    run("openssl", "s_client", "-connect", address, "-servername", "c.test", "-tls1_1", "-cipher", "ALL@SECLEVEL=0")
    run("openssl", "s_client", "-connect", address, "-noservername", "-alpn", "foo,http/1.1")
    # A session that is used again, on two connections.
    run("openssl", "s_client", "-connect", address, "-tls1_2", "-sess_out", f"{work}/session")
    run("openssl", "s_client", "-connect", address, "-tls1_2", "-sess_in", f"{work}/session")
    tcp.save(f"{out}/nginx-openssl.txt", f"{nginx} with openssl s_client, {openssl}")

    tcp = RecordingProxy(gnutls_port)
    run("gnutls-cli", "--insecure", "--sni-hostname", "g.test", "-p", str(tcp.port), "127.0.0.1")
    run("gnutls-cli", "--insecure", "--sni-hostname", "h.test", "--alpn", "x", "--priority",
        "NORMAL:-VERS-ALL:+VERS-TLS1.2", "-p", str(tcp.port), "127.0.0.1")
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["http/1.1"])
    with socket.create_connection(("127.0.0.1", tcp.port)) as plain:
        with context.wrap_socket(plain, server_hostname="bücher.test") as s:
            s.sendall(b"GET / HTTP/1.0\r\n\r\n")
            s.recv(100)
    tcp.save(f"{out}/gnutls-clients.txt", f"{version(['gnutls-serv', '--version'])} with gnutls-cli and Python's ssl")
finally:
    for server in servers:
        server.terminate()
        server.wait()
