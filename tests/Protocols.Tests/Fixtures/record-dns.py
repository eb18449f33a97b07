#!/usr/bin/env python3
"""Records the bytes between real DNS clients and servers into Fixtures/dns.

A proxy on loopback (UDP and TCP) forwards unchanged and notes every datagram or chunk in the order seen. One file per
pair and transport: a comment line with the origin, then "> BASE64" (from the client) and "< BASE64" (from the server);
"=" starts a new connection (for UDP: another client address).
Needs dig, a BIND with the zone of all-types.zone and a dnsmasq that run already, the latter with --no-resolv
--address=/app.test/10.1.2.3 --address=/api.example.com/203.0.113.9 --address=/cart.shop.svc.cluster.local/10.1.0.11.
Usage: record-dns.py OUTPUT-FOLDER BIND-PORT DNSMASQ-PORT
"""
import base64, os, socket, struct, subprocess, sys, threading

out, bind_port, dnsmasq_port = os.path.abspath(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])


class Udp:
    def __init__(self, target):
        self.target, self.connections = target, {}
        self.server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.server.bind(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self.pump, daemon=True).start()

    def pump(self):
        while True:
            data, peer = self.server.recvfrom(65536)
            chunks = self.connections.setdefault(peer, [])
            chunks.append((">", data))
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as upstream:
                upstream.settimeout(2)
                upstream.sendto(data, ("127.0.0.1", self.target))
                try:
                    answer = upstream.recv(65536)
                except OSError:
                    continue  # an example of a request without an answer
            chunks.append(("<", answer))
            self.server.sendto(answer, peer)


class Tcp:
    def __init__(self, target):
        self.target, self.connections, self.threads = target, {}, []
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, peer = self.server.accept()
            upstream = socket.create_connection(("127.0.0.1", self.target))
            chunks = self.connections.setdefault(peer, [])
            for a, b, mark in ((client, upstream, ">"), (upstream, client, "<")):
                t = threading.Thread(target=self.pump, args=(a, b, mark, chunks), daemon=True)
                t.start()
                self.threads.append(t)

    def pump(self, a, b, mark, chunks):
        try:
            while data := a.recv(65536):
                chunks.append((mark, data))
                b.sendall(data)
            b.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def write(recorder, name, origin):
    for t in getattr(recorder, "threads", []):
        t.join(3)
    with open(f"{out}/{name}.txt", "w") as f:
        f.write(f"# {origin}\n")
        for chunks in recorder.connections.values():
            f.write("=\n")
            for mark, data in chunks:
                f.write(f"{mark} {base64.b64encode(data).decode()}\n")


def dig(recorder, queries, *options):
    for query in queries:
        subprocess.run(["dig", "@127.0.0.1", "-p", str(recorder.port), "+tries=1", *options, *query.split()],
                       stdout=subprocess.DEVNULL)


def version(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.stdout.splitlines()[0].strip()


QUERIES = ["app.test A", "app.test AAAA", "app.test MX", "app.test TXT", "app.test CAA", "app.test SOA", "app.test NS",
           "www.app.test A", "_http._tcp.app.test SRV", "app.test NAPTR", "app.test HTTPS", "_dns.app.test SVCB",
           "host.app.test SSHFP", "_443._tcp.app.test TLSA", "child.app.test DS", "x.old.app.test A",
           "odd.app.test TYPE65280", "dotted\\.label.app.test A", "none.app.test A", "app.test PTR", "other.test A",
           "3.2.1.10.in-addr.arpa PTR", "many.app.test A", "hinfo.app.test HINFO", "uri.app.test URI", "APP.test A",
           "loc.app.test LOC", "app.test ANY", "svc.app.test HTTPS"]
origin = f"{version(['named', '-v'])} with {version(['dig', '-v'])}"

udp = Udp(bind_port)
dig(udp, QUERIES)
dig(udp, ["app.test A"], "+edns=5", "+noednsneg")  # BADVERS
dig(udp, ["many.app.test A"], "+ignore", "+noedns")  # truncated at 512 bytes
write(udp, "bind-dig-udp", origin + ", UDP")

tcp = Tcp(bind_port)
dig(tcp, QUERIES, "+tcp")
dig(tcp, ["app.test AXFR"])
dig(tcp, ["app.test A app.test AAAA app.test MX"], "+tcp", "+keepopen")
write(tcp, "bind-dig-tcp", origin + ", TCP")

# Twenty queries at once on one connection, written in pieces.
pipelined = Tcp(bind_port)
with socket.create_connection(("127.0.0.1", pipelined.port)) as s:
    message = b""
    for i in range(20):
        name = [b"app", b"www", b"none", b"many"][i % 4]
        labels = b"" if name == b"app" else bytes([len(name)]) + name
        question = labels + b"\3app\4test\0" + struct.pack(">HH", 1, 1)
        body = struct.pack(">HHHHHH", 1000 + i, 0x0100, 1, 0, 0, 0) + question
        message += struct.pack(">H", len(body)) + body
    for at in range(0, len(message), 33):
        s.sendall(message[at:at + 33])
    answers, seen = 0, b""
    while answers < 20:
        seen += s.recv(65536)
        while len(seen) >= 2 and len(seen) >= 2 + struct.unpack(">H", seen[:2])[0]:
            seen = seen[2 + struct.unpack(">H", seen[:2])[0]:]
            answers += 1
write(pipelined, "bind-pipelined-tcp", f"{version(['named', '-v'])} with sockets of Python {sys.version.split()[0]}")

udp = Udp(dnsmasq_port)
dig(udp, ["app.test A", "deep.app.test AAAA", "app.test MX", "other.test A"])
write(udp, "dnsmasq-dig-udp", f"{version(['dnsmasq', '-v'])} with {version(['dig', '-v'])}, UDP")

udp = Udp(dnsmasq_port)
dig(udp, ["cart.shop.svc.cluster.local A", "api.example.com A", "api.example.com AAAA", "none.example.com A"] * 3)
write(udp, "dnsmasq-shop", f"{version(['dnsmasq', '-v'])} with {version(['dig', '-v'])}, UDP")
