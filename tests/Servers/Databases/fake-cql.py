"""A node of CQL version 4, enough for the DataStax driver: no server of it can be installed.

Usage: fake-cql.py PORT. Writes what it was asked and answered to the file "log", a JSON array per line: port of the client,
opcode of the request, its text (a statement, what is prepared, the statement of what is executed), opcode of the answer.
"""
import hashlib, json, socketserver, struct, sys, threading

INT, BLOB, TEXT, UUID, INET, SET_OF_TEXT = (9,), (3,), (13,), (12,), (16,), (34, 13)
ERROR, STARTUP, READY, OPTIONS, SUPPORTED, QUERY, RESULT, PREPARE, EXECUTE, REGISTER = 0, 1, 2, 5, 6, 7, 8, 9, 10, 11
IP, NODE = bytes([127, 0, 0, 1]), bytes(range(16))
LOCAL = [
    ("key", TEXT, b"local"), ("bootstrapped", TEXT, b"COMPLETED"), ("broadcast_address", INET, IP),
    ("cluster_name", TEXT, b"fake"), ("cql_version", TEXT, b"3.4.5"), ("data_center", TEXT, b"dc1"),
    ("host_id", UUID, NODE), ("listen_address", INET, IP), ("native_protocol_version", TEXT, b"4"),
    ("partitioner", TEXT, b"org.apache.cassandra.dht.Murmur3Partitioner"), ("rack", TEXT, b"r1"),
    ("release_version", TEXT, b"3.11.10"), ("rpc_address", INET, IP), ("schema_version", UUID, NODE),
    ("tokens", SET_OF_TEXT, struct.pack(">ii", 1, 1) + b"0"),
]
PEOPLE = [[struct.pack(">i", 1), b"one"], [struct.pack(">i", 2), b"two"]]
log, log_lock = open("log", "a", buffering=1), threading.Lock()


def string(text): return struct.pack(">H", len(text)) + text.encode()
def value(data): return struct.pack(">i", -1) if data is None else struct.pack(">i", len(data)) + data
def option(t): return b"".join(struct.pack(">H", part) for part in t)


def rows(table, columns, data):
    names = string("ks") + string(table) + b"".join(string(name) + option(t) for name, t in columns)
    cells = b"".join(value(cell) for row in data for cell in row)
    return struct.pack(">iii", 2, 1, len(columns)) + names + struct.pack(">i", len(data)) + cells


def result(statement):
    """Body of the result of a statement; None when it is wrong."""
    lower = statement.lower()
    if "system.local" in lower:
        return rows("local", [column[:2] for column in LOCAL], [[column[2] for column in LOCAL]])
    if "from system" in lower:
        return rows("peers", [("peer", INET)], [])
    if "from large" in lower:
        return rows("large", [("b", BLOB)], [[b"x" * 1000]] * 300)
    if lower.startswith("select"):
        return rows("t", [("id", INT), ("name", TEXT)], PEOPLE)
    return None if lower.startswith("bad") else struct.pack(">i", 1)


class Connection(socketserver.BaseRequestHandler):
    prepared = {}

    def read(self, count):
        data = b""
        while len(data) < count:
            more = self.request.recv(count - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    def prepare(self, statement):
        key = hashlib.md5(statement.encode()).digest()
        self.prepared[key] = statement
        marks = statement.count("?")
        parameters = b"".join(string(f"p{i}") + option(INT) for i in range(marks))
        head = struct.pack(">iH", 4, 16) + key + struct.pack(">iii", 1, marks, 0) + string("ks") + string("t")
        return head + parameters + struct.pack(">ii", 4, 0)

    def answer(self, opcode, body):
        """Text of the request, opcode and body of the answer."""
        if opcode in (QUERY, PREPARE):
            statement = body[4:4 + struct.unpack(">i", body[:4])[0]].decode()
            found = self.prepare(statement) if opcode == PREPARE else result(statement)
            if found is None:
                return statement, ERROR, struct.pack(">i", 0x2000) + string("line 1:0 no viable alternative")
            return statement, RESULT, found
        if opcode == EXECUTE:
            return self.prepared[body[2:18]], RESULT, result(self.prepared[body[2:18]])
        if opcode == OPTIONS:
            version = string("CQL_VERSION") + struct.pack(">H", 1) + string("3.4.5")
            return "", SUPPORTED, struct.pack(">H", 2) + version + string("COMPRESSION") + struct.pack(">H", 0)
        if opcode in (STARTUP, REGISTER):
            return "", READY, b""
        return "", ERROR, struct.pack(">i", 10) + string("unknown opcode")

    def handle(self):
        try:
            while True:
                version, _, stream, opcode, length = struct.unpack(">BBhBi", self.read(9))
                text, answered, body = self.answer(opcode, self.read(length))
                if version != 4:
                    answered, body = ERROR, struct.pack(">i", 10) + string("unsupported protocol version (4/v4)")
                with log_lock:
                    log.write(json.dumps([self.client_address[1], opcode, text, answered]) + "\n")
                self.request.sendall(struct.pack(">BBhBi", 0x84, 0, stream, answered, len(body)) + body)
        except (EOFError, ConnectionError):
            pass


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


Server(("127.0.0.1", int(sys.argv[1])), Connection).serve_forever()
