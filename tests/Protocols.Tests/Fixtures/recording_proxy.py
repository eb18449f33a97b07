"""A proxy on loopback that forwards unchanged and notes every chunk in the order seen; shared by recorders here."""
import base64, os, socket, threading, time


class RecordingProxy:
    """Keeps chunks per connection: "> BASE64" from the client, "< BASE64" from the server, "=" before each."""

    def __init__(self, target):
        self.target, self.connections, self.threads = target, [], []
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.server.accept()
            except OSError:
                return
            upstream = socket.create_connection(("127.0.0.1", self.target))
            chunks = []
            self.connections.append(chunks)
            for source, sink, mark in ((client, upstream, ">"), (upstream, client, "<")):
                thread = threading.Thread(target=self.pump, args=(source, sink, mark, chunks), daemon=True)
                thread.start()
                self.threads.append(thread)

    def pump(self, source, sink, mark, chunks):
        try:
            while data := source.recv(65536):
                chunks.append((mark, data))
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # a peer may end a connection by a reset

    def save(self, path, origin):
        deadline = time.time() + 5
        for thread in self.threads:
            thread.join(max(0, deadline - time.time()))
        self.server.close()
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as f:
            f.write(f"# {origin}\n")
            for chunks in filter(None, self.connections):
                f.write("=\n")
                for mark, data in chunks:
                    f.write(f"{mark} {base64.b64encode(data).decode()}\n")
        print(path, len(self.connections), "connections", os.path.getsize(path), "bytes")
