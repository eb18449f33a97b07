#!/usr/bin/env python3
"""Records the bytes between real MySQL clients and servers into Fixtures/mysql.

A proxy on loopback forwards unchanged and notes every chunk in the order seen. One file per pair: comment lines
with the origin, then "> BASE64" (from the client) and "< BASE64" (from the server); "=" starts a new connection.
Usage: record-mysql.py OUTPUT-FILE SERVER-PORT "ORIGIN" COMMAND...; the command finds the port of the proxy as {port}.
The server has a user u with the password p on a schema d.
"""
import base64, socket, subprocess, sys, threading

output, target, origin, command = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:]
connections, threads = [], []


def pump(source, sink, mark, chunks):
    try:
        while data := source.recv(65536):
            chunks.append((mark, data))
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def accept(server):
    while True:
        client, _ = server.accept()
        upstream = socket.create_connection(("127.0.0.1", target))
        chunks = []
        connections.append(chunks)
        for pair in ((client, upstream, ">"), (upstream, client, "<")):
            thread = threading.Thread(target=pump, args=(*pair, chunks), daemon=True)
            thread.start()
            threads.append(thread)


listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=accept, args=(listener,), daemon=True).start()
port = str(listener.getsockname()[1])
subprocess.run([word.replace("{port}", port) for word in command], check=False)
for thread in threads:
    thread.join(3)
with open(output, "w") as f:
    f.write(f"# {origin}\n")
    for chunks in connections:
        f.write("=\n")
        for mark, data in chunks:
            f.write(f"{mark} {base64.b64encode(data).decode()}\n")
