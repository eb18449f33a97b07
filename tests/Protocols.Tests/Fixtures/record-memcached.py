#!/usr/bin/env python3
"""Records the bytes between memcached and its clients into Fixtures/memcached.

A proxy on loopback forwards unchanged and notes every chunk in the order seen. One file per client: a comment line
with the origin, then "> BASE64" (from the client) and "< BASE64" (from the server); "=" starts a connection.
Needs memcached, libmemcached-tools, python3-pymemcache. Usage: record-memcached.py OUTPUT-FOLDER
"""
import os, re, socket, subprocess, sys, tempfile, time

from recording_proxy import RecordingProxy

out = os.path.abspath(sys.argv[1])


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


def version(*command):
    text = subprocess.run(command, capture_output=True, text=True)
    return re.search(r"\d+\.\d+(\.\d+)?", text.stdout + text.stderr).group(0)


def talk(port, lines):
    """Sends each text and reads until the answer ends as told (None: no answer)."""
    s = socket.create_connection(("127.0.0.1", port))
    s.settimeout(5)
    for send, until in lines:
        s.sendall(send)
        got = b""
        while until is not None and not got.endswith(until):
            try:
                data = s.recv(65536)
            except TimeoutError:
                data = b""
            if not data:
                raise RuntimeError(f"{send[:80]!r} was answered {got!r}")
            got += data
    s.close()


LINES = [
    (b"set k 5 0 5\r\nhello\r\n", b"STORED\r\n"), (b"get k\r\n", b"END\r\n"), (b"get k none k2\r\n", b"END\r\n"),
    (b"gets k\r\n", b"END\r\n"), (b"gat 100 k none\r\n", b"END\r\n"), (b"gats 100 k\r\n", b"END\r\n"),
    (b"add k 0 0 1\r\nx\r\n", b"NOT_STORED\r\n"), (b"replace none 0 0 1\r\nx\r\n", b"NOT_STORED\r\n"),
    (b"append k 0 0 1\r\n!\r\n", b"STORED\r\n"), (b"prepend k 0 0 1\r\n<\r\n", b"STORED\r\n"),
    (b"set k2 0 0 2 noreply\r\nab\r\nget k2\r\n", b"END\r\n"), (b"cas k 0 0 3 99\r\nabc\r\n", b"EXISTS\r\n"),
    (b"cas none 0 0 3 99\r\nabc\r\n", b"NOT_FOUND\r\n"),
    (b"set n 0 0 1\r\n7\r\nincr n 3\r\ndecr n 1\r\nincr none 1\r\nincr k 1\r\n", b"non-numeric value\r\n"),
    (b"incr n 1 noreply\r\ntouch n 10 noreply\r\ntouch n 10\r\n", b"TOUCHED\r\n"),
    (b"delete n\r\ndelete n\r\ndelete n noreply\r\n", b"NOT_FOUND\r\n"),
    (b"version\r\n", b"\r\n"), (b"stats slabs\r\n", b"END\r\n"), (b"stats settings\r\n", b"END\r\n"),
    (b"stats reset\r\n", b"RESET\r\n"), (b"verbosity 1\r\n", b"OK\r\n"), (b"nonsense\r\n", b"ERROR\r\n"),
    (b"get " + b"x" * 251 + b"\r\n", b"format\r\n"), (b"set k 0 0 -1\r\n", b"\r\n"), (b"set k a b c\r\n", b"format\r\n"),
    (b"set bin 0 0 9\r\n\x80END\r\n\r\n\xff\r\n", b"STORED\r\n"), (b"get bin\r\n", b"\xff\r\nEND\r\n"),
    (b"set big 0 0 2000\r\n" + b"0123456789" * 200 + b"\r\n", b"STORED\r\n"), (b"get big k\r\n", b"END\r\n"),
    (b"lru_crawler metadump all\r\n", b"END\r\n"), (b"flush_all noreply\r\nflush_all 0\r\n", b"OK\r\n"),
    (b"quit\r\n", None),
]

META = [
    (b"mn\r\n", b"MN\r\n"), (b"ms m1 2\r\nhi\r\n", b"HD\r\n"), (b"ms m2 5 T60 F3 c O1\r\nhello\r\n", b"\r\n"),
    (b"mg m1\r\n", b"HD\r\n"), (b"mg m1 v t\r\n", b"hi\r\n"), (b"mg m2 v k s c O7\r\n", b"hello\r\n"), (b"mg none v\r\n", b"EN\r\n"),
    (b"mg m1 v q k\r\nmg none v q k\r\nmg m2 v q k\r\nmn\r\n", b"MN\r\n"),
    (b"mg none v q O1\r\nmg m2 v q O2\r\nmg m1 v O3\r\n", b"hi\r\n"),
    (b"ms m3 1 q\r\nx\r\nms m1 1 ME q\r\nx\r\nmd m3 q\r\nmn\r\n", b"MN\r\n"),
    (b"ms m4 1 N0 MS\r\n5\r\n", b"HD\r\n"), (b"ma m4 v\r\n", b"\r\n"), (b"ma m4 MD D2\r\n", b"HD\r\n"), (b"ma none\r\n", b"NF\r\n"),
    (b"ma none N0 J13 v\r\n", b"13\r\n"), (b"me m1\r\n", b"\r\n"), (b"me nothere\r\n", b"EN\r\n"),
    (b"md m1 C1\r\n", b"\r\n"), (b"md m1 q O1\r\nmd m2 O2\r\nmd m2 O3\r\n", b"NF O3\r\n"), (b"mg a\xc3\xa9== b k v\r\n", b"\r\n"),
    (b"ms Zm9v 1 b k\r\ny\r\n", b"\r\n"), (b"mg Zm9v b k v\r\n", b"y\r\n"), (b"mg m1 b!\r\n", b"\r\n"),
]


def with_server(name, origin, run):
    port = free_port()
    server = subprocess.Popen(["memcached", "-u", "nobody", "-l", "127.0.0.1", "-p", str(port), "-U", "0", "-m", "16"])
    try:
        deadline = time.time() + 5
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                assert time.time() < deadline, "memcached does not listen"
        recorder = RecordingProxy(port)
        run(recorder.port)
        recorder.save(f"{out}/{name}.txt", f"{origin} with memcached {version('memcached', '-V')}")
    finally:
        server.terminate()
        server.wait()


def tools(port, flags):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "file")
        with open(path, "w") as f:
            f.write("hello\n")
        servers = f"--servers=127.0.0.1:{port}"
        for command in (["memccp", *flags, servers, path], ["memccat", *flags, servers, "file"],
                        ["memcexist", *flags, servers, "file"], ["memctouch", *flags, servers, "--expire=60", "file"],
                        ["memcrm", *flags, servers, "file"], ["memccat", *flags, servers, "file"],
                        ["memcping", *flags, servers], ["memcstat", servers, *flags],
                        ["memcflush", *flags, servers]):
            subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def pymemcache(port):
    from pymemcache.client.base import Client
    client = Client(("127.0.0.1", port))
    client.set_many({f"k{i}": f"value {i}" for i in range(10)}, noreply=False)
    client.set_many({f"n{i}": f"value {i}" for i in range(3)}, noreply=True)
    client.get_many([f"k{i}" for i in range(12)])
    value, cas = client.gets("k1")
    client.cas("k1", "changed", cas)
    client.incr("none", 1)
    client.touch("k1", 60, noreply=False)
    client.delete_many(["k1", "k2"], noreply=False)
    client.stats("items")
    client.flush_all(noreply=False)
    client.quit()


with_server("text", "lines typed by hand (python sockets)", lambda port: talk(port, LINES))
with_server("meta", "lines typed by hand (python sockets): meta commands", lambda port: talk(port, META))
with_server("pymemcache", "pymemcache of Debian 12", pymemcache)
with_server("tools-text", f"libmemcached-tools {version('memccp', '--version')}", lambda port: tools(port, []))
with_server("tools-binary", f"libmemcached-tools {version('memccp', '--version')}, binary protocol",
            lambda port: tools(port, ["--binary"]))
with_server("capable-text", "memccapable -a of libmemcached-tools",
            lambda port: subprocess.run(["memccapable", "-h", "127.0.0.1", "-p", str(port), "-a"]))
with_server("capable-binary", "memccapable -b of libmemcached-tools",
            lambda port: subprocess.run(["memccapable", "-h", "127.0.0.1", "-p", str(port), "-b"]))
