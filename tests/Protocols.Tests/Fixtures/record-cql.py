#!/usr/bin/env python3
"""Records the bytes between real drivers of Cassandra and a node that is made up here into Fixtures/cql.

No server of CQL can be installed, so the node is a small one written for this purpose: it speaks versions 3 to 5 with
and without compression, answers out of order and sends events. The drivers are real. One file per client and version:
a comment line with the origin, then "> BASE64" (from the client) and "< BASE64" (from the node); "=" starts a new
connection. Needs python3-cassandra, python3-lz4, python3-snappy, and a folder with npm's cassandra-driver.
Usage: record-cql.py OUTPUT-FOLDER [NODE-FOLDER]
"""
import datetime, decimal, hashlib, ipaddress, os, re, socketserver, struct, subprocess, sys, threading, uuid, zlib
import lz4.block, snappy
from recording_proxy import RecordingProxy

out = os.path.abspath(sys.argv[1])
node_folder = sys.argv[2] if len(sys.argv) > 2 else None
MAX_PAYLOAD = 128 * 1024 - 1
TYPES = {  # columns of ks.types, by name
    "id": (9,), "name": (13,), "b": (2,), "bl": (3,), "bo": (4,), "de": (6,), "do": (7,), "fl": (8,), "ts": (11,),
    "u": (12,), "vi": (14,), "tu": (15,), "ip": (16,), "da": (17,), "ti": (18,), "si": (19,), "tn": (20,),
    "l": (32, (13,)), "m": (33, (9,), (13,)), "s": (34, (9,)), "tp": (49, (9,), (13,)), "key": (13,), "big": (13,),
}


def string(text): return struct.pack(">H", len(text)) + text.encode()
def value(b): return struct.pack(">i", -1) if b is None else struct.pack(">i", len(b)) + b


def option(t):
    head = struct.pack(">H", t[0]) + (struct.pack(">H", len(t) - 1) if t[0] == 49 else b"")
    return head + b"".join(option(part) for part in t[1:])


def specs(columns): return b"".join(string(n) + option(t) for n, t in columns)


def rows(keyspace, table, columns, data, more=False, bare=False):
    flags = (0 if bare else 1) | (2 if more else 0) | (4 if bare else 0)
    head = struct.pack(">iii", 2, flags, len(columns)) + (value(b"next") if more else b"")
    names = b"" if bare else string(keyspace) + string(table) + specs(columns)
    return head + names + struct.pack(">i", len(data)) + b"".join(value(v) for row in data for v in row)


IP, NODE_ID = bytes([127, 0, 0, 1]), bytes(range(16))
LOCAL = [
    ("key", (13,), b"local"), ("bootstrapped", (13,), b"COMPLETED"), ("broadcast_address", (16,), IP),
    ("cluster_name", (13,), b"made up"), ("cql_version", (13,), b"3.4.5"), ("data_center", (13,), b"dc1"),
    ("host_id", (12,), NODE_ID), ("listen_address", (16,), IP), ("native_protocol_version", (13,), b"5"),
    ("partitioner", (13,), b"org.apache.cassandra.dht.Murmur3Partitioner"), ("rack", (13,), b"r1"),
    ("release_version", (13,), b"4.0.7"), ("rpc_address", (16,), IP), ("schema_version", (12,), NODE_ID),
    ("tokens", (34, (13,)), struct.pack(">ii", 1, 1) + b"0"),
]
PEOPLE = [[struct.pack(">i", 1), b"one"], [struct.pack(">i", 2), b"two"], [struct.pack(">i", 3), None]]


def answer(query, parameters_flags, bare, packed):
    """Opcode and body; the body tells more rows when a page was asked for."""
    q = query.lower()
    if q.startswith("bad"):
        return 0, struct.pack(">i", 0x2000) + string("line 1:0 no viable alternative at input 'bad'")
    if "system.local" in q:
        return 8, rows("system", "local", [c[:2] for c in LOCAL], [[c[2] for c in LOCAL]])
    if "system.peers" in q:
        return 8, rows("system", "peers", [("peer", (16,))], [])
    if "from system" in q:
        return 8, rows("system_schema", "t", [("keyspace_name", (13,))], [])
    if q.startswith("use"):
        return 8, struct.pack(">i", 3) + string("ks")
    if q.startswith("create"):
        return 8, struct.pack(">i", 5) + string("CREATED") + string("TABLE") + string("ks") + string("t")
    if "big" in q and q.startswith("select"):
        return 8, rows("ks", "t", [("big", (13,))], [[b"x" * 1000] for _ in range(400 if packed else 9)],
                       bare=bare)
    if q.startswith("select"):
        first_page = parameters_flags & 4 and not parameters_flags & 8 and "paged" in q
        return 8, rows("ks", "t", [("id", (9,)), ("name", (13,))], PEOPLE, more=bool(first_page), bare=bare)
    return 8, struct.pack(">i", 1)


def crc24(data):
    crc = 0x875060
    for byte in data:
        crc ^= byte << 16
        for _ in range(8):
            crc = (crc << 1) ^ (0x1974F0B if crc & 0x800000 else 0)
    return crc & 0xFFFFFF


def segment(payload, whole, compress):
    raw, plain = payload, len(payload)
    if compress:
        packed = lz4.block.compress(payload, store_size=False)
        raw, plain = (packed, len(payload)) if len(packed) < len(payload) else (payload, 0)
        head = (len(raw) | plain << 17 | whole << 34).to_bytes(5, "little")
    else:
        head = (len(raw) | whole << 17).to_bytes(3, "little")
    crc = zlib.crc32(raw, zlib.crc32(b"\xfa\x2d\x55\xca"))
    return head + crc24(head).to_bytes(3, "little") + raw + crc.to_bytes(4, "little")


class Node(socketserver.BaseRequestHandler):
    """One connection."""
    prepared = {}

    def setup(self):
        self.framed, self.compression, self.pending, self.held = False, "", b"", []
        self.lock = threading.Lock()

    def read(self, n):
        data = b""
        while len(data) < n:
            more = self.request.recv(n - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    def read_framed(self, n):
        while len(self.pending) < n:
            size = 8 if self.compression else 6
            head = self.read(size)
            bits = int.from_bytes(head[:size - 3], "little")
            payload = self.read((bits & MAX_PAYLOAD) + 4)[:-4]
            if self.compression and bits >> 17 & MAX_PAYLOAD:
                payload = lz4.block.decompress(payload, uncompressed_size=bits >> 17 & MAX_PAYLOAD)
            self.pending += payload
        data, self.pending = self.pending[:n], self.pending[n:]
        return data

    def message(self, stream, opcode, body, flags=0):
        if self.compression and not self.framed and opcode not in (2, 3, 6):
            body = (struct.pack(">I", len(body)) + lz4.block.compress(body, store_size=False)
                    if self.compression == "lz4" else snappy.compress(body))
            flags |= 1
        return struct.pack(">BBhBi", 0x80 | self.version, flags, stream, opcode, len(body)) + body

    def send(self, *messages):
        data = b"".join(messages)
        with self.lock:
            if not self.framed:
                self.request.sendall(data)
            elif len(data) <= MAX_PAYLOAD:
                self.request.sendall(segment(data, 1, self.compression))
            else:
                for i in range(0, len(data), MAX_PAYLOAD):
                    self.request.sendall(segment(data[i:i + MAX_PAYLOAD], 0, self.compression))

    def reply(self, stream, opcode, body, flags=0, query=""):
        """Answers to what is marked as slow wait for three more and then go out newest first, at once."""
        if "slow" in query:
            self.held.append(self.message(stream, opcode, body, flags))
            if len(self.held) == 4:
                self.send(*reversed(self.held))
                self.held = []
        else:
            self.send(self.message(stream, opcode, body, flags))

    def handle(self):
        try:
            while True:
                read = self.read_framed if self.framed else self.read
                self.version, flags, stream, opcode, n = struct.unpack(">BBhBi", read(9))
                body = read(n)
                if self.version not in (3, 4, 5):
                    self.version = 5
                    self.reply(stream, 0, struct.pack(">i", 10) + string(
                        "Invalid or unsupported protocol version (66); supported versions are (3/v3, 4/v4, 5/v5)"))
                    continue
                if flags & 1:
                    body = (lz4.block.decompress(body[4:], uncompressed_size=struct.unpack(">I", body[:4])[0])
                            if self.compression == "lz4" else snappy.uncompress(body))
                if flags & 4:
                    body = self.skip_payload(body)
                self.take(stream, opcode, body, flags)
        except (EOFError, OSError):
            pass

    @staticmethod
    def skip_payload(body):
        (n,), at = struct.unpack(">H", body[:2]), 2
        for _ in range(n):
            at += 2 + struct.unpack(">H", body[at:at + 2])[0]
            at += 4 + max(0, struct.unpack(">i", body[at:at + 4])[0])
        return body[at:]

    def take(self, stream, opcode, body, flags):
        if opcode == 5:
            supported = {"CQL_VERSION": ["3.4.5"], "COMPRESSION": ["snappy", "lz4"],
                         "PROTOCOL_VERSIONS": ["3/v3", "4/v4", "5/v5"]}
            self.reply(stream, 6, struct.pack(">H", len(supported)) + b"".join(
                string(k) + struct.pack(">H", len(v)) + b"".join(map(string, v)) for k, v in supported.items()))
        elif opcode == 1:
            found = re.search(rb"COMPRESSION\0.([a-z0-9]+)", body)
            wants_login = b"DRIVER" in body and self.server.wants_login
            self.reply(stream, *((3, string("org.apache.cassandra.auth.PasswordAuthenticator")) if wants_login
                                 else (2, b"")))
            self.compression = found.group(1).decode() if found else ""
            self.framed = self.version >= 5
        elif opcode == 15:
            self.reply(stream, 16, value(None))
        elif opcode == 11:
            self.reply(stream, 2, b"")
            self.server.listeners.append(self)
        elif opcode == 7:
            n, = struct.unpack(">i", body[:4])
            self.query(stream, body[4:4 + n].decode(), body[4 + n:], flags, bare=False)
        elif opcode == 9:
            n, = struct.unpack(">i", body[:4])
            self.prepare(stream, body[4:4 + n].decode())
        elif opcode == 10:
            n, = struct.unpack(">H", body[:2])
            query, rest = self.prepared[body[2:2 + n]], body[2 + n:]
            rest = rest[2 + n:] if self.version >= 5 else rest
            self.query(stream, query, rest, flags, bare=True)
        else:
            self.reply(stream, 8, struct.pack(">i", 1))

    def query(self, stream, query, parameters, flags, bare):
        parameter_flags = parameters[5] if self.version >= 5 else parameters[2]
        opcode, body = answer(
            query, parameter_flags, bare and bool(parameter_flags & 2), self.compression == "lz4")
        answer_flags = 0
        if flags & 2 and opcode == 8:
            body, answer_flags = NODE_ID + body, 2
        if "warn" in query and self.version >= 4:
            warning = struct.pack(">H", 1) + string("Aggregation query used without partition key")
            body = body[:16] + warning + body[16:] if answer_flags else warning + body
            answer_flags |= 8
        self.reply(stream, opcode, body, answer_flags, query)
        if query.lower().startswith("create"):
            for listener in self.server.listeners:
                listener.send(
                    listener.message(-1, 12, string("SCHEMA_CHANGE") + body[4:]),
                    listener.message(-1, 12, string("STATUS_CHANGE") + string("UP") + b"\4" + IP
                                     + struct.pack(">i", 9042)))

    def prepare(self, stream, query):
        name = hashlib.md5(query.encode()).digest()
        self.prepared[name] = query
        columns = re.findall(r"\((.*?)\)", query)
        names = columns[0].replace(" ", "").split(",") if query.lower().startswith("insert") else re.findall(
            r"(\w+) = \?", query)
        bound = [(n, TYPES[n]) for n in names]
        result = [] if not query.lower().startswith("select") else [("id", (9,)), ("name", (13,))]
        keys = struct.pack(">iH", 1, 0) if self.version >= 4 else b""
        self.reply(stream, 8, struct.pack(">iH", 4, 16) + name
                   + (struct.pack(">H", 16) + name if self.version >= 5 else b"")
                   + struct.pack(">ii", 1, len(bound)) + keys + string("ks") + string("types") + specs(bound)
                   + (struct.pack(">ii", 1, len(result)) + string("ks") + string("t") + specs(result) if result
                      else struct.pack(">ii", 4, 0)))


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads, wants_login, listeners = True, True, False, []


def python_client(port, version, compression, login):
    from cassandra import ConsistencyLevel
    from cassandra.auth import PlainTextAuthProvider
    from cassandra.cluster import Cluster
    from cassandra.query import BatchStatement, SimpleStatement
    long = 300_000 if compression == "lz4" else 140_000 if version == 5 else 5_000
    cluster = Cluster(
        ["127.0.0.1"], port=port, protocol_version=version, compression=compression,
        auth_provider=PlainTextAuthProvider("cassandra", "secret-word") if login else None,
        schema_metadata_enabled=False, token_metadata_enabled=False)
    session = cluster.connect()
    session.execute("CREATE TABLE ks.t (id int PRIMARY KEY, name text)")
    session.set_keyspace("ks")
    session.execute("INSERT INTO t (id, name) VALUES (%s, %s)", (1, "one"))
    print(version, compression, len(list(session.execute("SELECT id, name FROM t"))))
    list(session.execute(SimpleStatement("SELECT id, name FROM paged", fetch_size=3)))
    try:
        session.execute("BAD QUERY")
    except Exception as e:
        print(type(e).__name__)
    insert = session.prepare("INSERT INTO types (%s) VALUES (%s)" % (
        ", ".join(list(TYPES)[:21]), ", ".join("?" * 21)))
    values = [
        1, 'quote " and \\', -2**40, b"\x00\xff", True, decimal.Decimal("-12.345"), 2.5, 0.5,
        datetime.datetime(2024, 2, 29, 13, 14, 15, 123000), uuid.UUID(int=5), -2**70,
        uuid.UUID("50554d6e-29bb-11e5-b345-feff819cdc9f"), ipaddress.ip_address("10.1.2.3"),
        datetime.date(2024, 2, 29), datetime.time(1, 2, 3), -300, -7, ["a", "b"], {1: "x"}, {7}, (3, "t")]
    session.execute(insert.bind(values))
    session.execute(insert.bind([2] + [None] * 20))
    select = session.prepare("SELECT id, name FROM t WHERE id = ?")
    select.consistency_level = ConsistencyLevel.QUORUM
    for i in range(2):
        list(session.execute(select, [i]))
    batch = BatchStatement()
    batch.add(session.prepare("INSERT INTO t (id, name) VALUES (?, ?)"), (3, "three"))
    batch.add(SimpleStatement("DELETE FROM t WHERE id = 9"))
    session.execute(batch)
    for answer_to in [session.execute_async("SELECT id, name FROM slow%d" % i) for i in range(8)]:
        answer_to.result()
    session.execute_async("SELECT id, name FROM traced_warn", trace=True).result()
    if version >= 4:
        session.execute("SELECT id, name FROM t", custom_payload={"who": b"me"})
    session.execute(session.prepare("INSERT INTO t (id, big) VALUES (?, ?)"), (4, "y" * long))
    list(session.execute("SELECT big FROM t"))
    cluster.shutdown()


NODE_CLIENT = """
const cassandra = require('cassandra-driver');
const client = new cassandra.Client({contactPoints: ['127.0.0.1:' + process.argv[2]], localDataCenter: 'dc1',
  protocolOptions: {maxVersion: 4}, isMetadataSyncEnabled: false, pooling: {warmup: true}});
(async () => {
  await client.connect();
  await client.execute("INSERT INTO ks.t (id, name) VALUES (:id, :name)", {id: 1, name: 'one'}, {hints: {id: 'int'}});
  await client.execute("INSERT INTO ks.t (id, name) VALUES (?, ?)", [2, null], {hints: ['int', 'text']});
  for (let i = 0; i < 3; i++)
    await client.execute("SELECT id, name FROM t WHERE id = ?", [i], {prepare: true});
  await client.execute("INSERT INTO types (id, name, m) VALUES (?, ?, ?)", [1, undefined, {1: 'x'}], {prepare: true});
  await client.batch([{query: "INSERT INTO t (id, name) VALUES (?, ?)", params: [5, 'five']},
    {query: "INSERT INTO t (id, name) VALUES (?, ?)", params: [6, 'six']}], {prepare: true});
  await Promise.all([0, 1, 2, 3].map(i => client.execute("SELECT id, name FROM slow" + i)));
  try { await client.execute("BAD QUERY"); } catch (e) { console.log(e.message); }
  await client.shutdown();
})().catch(e => { console.error(e); process.exit(1); });
"""


def record(name, origin, client, login=False):
    server = Server(("127.0.0.1", 0), Node)
    server.listeners, server.wants_login = [], login
    threading.Thread(target=server.serve_forever, daemon=True).start()
    proxy = RecordingProxy(server.server_address[1])
    client(proxy.port)
    proxy.save(f"{out}/{name}.txt", origin)
    server.shutdown()


for version, compression in ((3, False), (3, "snappy"), (4, "lz4"), (4, "snappy"), (5, False), (5, "lz4")):
    name = f"python-v{version}" + (f"-{compression}" if compression else "")
    record(name, f"cassandra-driver 3.25.0 (Python), version {version}, compression {compression or 'none'}, with the "
           "node of record-cql.py", lambda port: python_client(port, version, compression, version == 5),
           login=version == 5)
if node_folder:
    record("node-v4", "cassandra-driver 4.10.0 (Node.js), version 4, with the node of record-cql.py",
           lambda port: subprocess.run(["node", "-e", NODE_CLIENT, "x", str(port)], cwd=node_folder, check=True))
