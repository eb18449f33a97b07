#!/usr/bin/env python3
"""Records the bytes between real drivers of MongoDB and a server that is made up here into Fixtures/mongo.

No server of MongoDB can be installed, so this one was written for the purpose: it keeps documents in memory, compresses
as drivers ask, acknowledges or not, and streams its hello. The drivers are real. One file per driver and compressor: a
comment line with the origin, then "> BASE64" (from the client) and "< BASE64" (from the server); "=" starts a new
connection. Needs python3-pymongo, python3-snappy, python3-zstandard; a folder with npm's mongodb and snappy; and a
program of MongoDB.Driver (a .dll that takes a connection string and does what the other clients do).
Usage: record-mongodb.py OUTPUT-FOLDER [NODE-FOLDER [DOTNET-PROGRAM]]
"""
import datetime, os, socketserver, struct, subprocess, sys, threading, time, zlib
import bson, snappy, zstandard
from bson import Binary, Code, Decimal128, Int64, MaxKey, MinKey, ObjectId, Regex, Timestamp
from recording_proxy import RecordingProxy

out = os.path.abspath(sys.argv[1])
node_folder = sys.argv[2] if len(sys.argv) > 2 else None
dotnet = sys.argv[3] if len(sys.argv) > 3 else None
COMPRESSORS = {"snappy": (1, snappy.compress, snappy.uncompress), "zlib": (2, zlib.compress, zlib.decompress),
               "zstd": (3, lambda b: zstandard.ZstdCompressor().compress(b),
                        lambda b: zstandard.ZstdDecompressor().decompress(b))}
PROCESS = ObjectId("650000000000000000000001")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads = True, True


class Connection(socketserver.BaseRequestHandler):
    """One connection."""

    def setup(self):
        self.id = 0

    def read(self, n):
        data = b""
        while len(data) < n:
            more = self.request.recv(n - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    def handle(self):
        try:
            while True:
                length, request, _, opcode = struct.unpack("<iiii", self.read(16))
                body, compressor = self.read(length - 16), None
                if opcode == 2012:
                    opcode, _, number = struct.unpack("<iiB", body[:9])
                    compressor = next(c for c in COMPRESSORS.values() if c[0] == number)
                    body = compressor[2](body[9:])
                if opcode == 2004:
                    command = bson.decode_all(body[body.index(b"\0", 4) + 9:])[0]
                    self.send(request, 1, struct.pack("<iqii", 8, 0, 0, 1) + bson.encode(self.answer(command)))
                else:
                    self.message(request, body, compressor)
        except (EOFError, OSError):
            pass

    def message(self, request, body, compressor):
        flags, = struct.unpack("<I", body[:4])
        at, end, command, sequences = 4, len(body) - (4 if flags & 1 else 0), {}, {}
        while at < end:
            kind, (size,) = body[at], struct.unpack("<i", body[at + 1:at + 5])
            if kind == 0:
                command = bson.decode_all(body[at + 1:at + 1 + size])[0]
            else:
                zero = body.index(b"\0", at + 5)
                sequences[body[at + 5:zero].decode()] = bson.decode_all(body[zero + 1:at + 1 + size])
            at += 1 + size
        command.update(sequences)
        reply = self.answer(command)
        if flags & 2:
            return
        if flags & 1 << 16 and "topologyVersion" in command:
            for _ in range(4):  # the driver gets one after the other without asking again
                request = self.send(request, 2013, struct.pack("<IB", 2, 0) + bson.encode(reply), compressor)
                time.sleep(0.2)
        self.send(request, 2013, struct.pack("<IB", 0, 0) + bson.encode(reply), compressor)

    def send(self, request, opcode, body, compressor=None):
        self.id += 1
        if compressor:
            body = struct.pack("<iiB", opcode, len(body), compressor[0]) + compressor[1](body)
            opcode = 2012
        self.request.sendall(struct.pack("<iiii", 16 + len(body), self.id, request, opcode) + body)
        return self.id

    def hello(self, command):
        wanted = [c for c in command.get("compression", []) if c in COMPRESSORS]
        return {"ismaster": True, "isWritablePrimary": True, "helloOk": True, "maxBsonObjectSize": 16777216,
                "maxMessageSizeBytes": 48000000, "maxWriteBatchSize": 100000, "minWireVersion": 0,
                "maxWireVersion": 25, "localTime": datetime.datetime.now(datetime.timezone.utc),
                "logicalSessionTimeoutMinutes": 30, "connectionId": 1, "readOnly": False,
                "topologyVersion": {"processId": PROCESS, "counter": Int64(0)},
                **({"compression": wanted} if wanted else {}), "ok": 1.0}

    def answer(self, command):
        name = next(iter(command))
        space = f"{command.get('$db', '')}.{command[name]}"
        kept = self.server.documents.setdefault(space, [])
        if name in ("ismaster", "isMaster", "hello"):
            return self.hello(command)
        if name == "insert":
            kept += command["documents"]
            return {"n": len(command["documents"]), "ok": 1.0}
        if name == "find":
            found = [d for d in kept if all(d.get(k) == v for k, v in command.get("filter", {}).items())]
            first = command.get("batchSize", len(found))
            self.rest = found[first:]
            return {"cursor": {"firstBatch": found[:first], "id": Int64(7 if self.rest else 0), "ns": space},
                    "ok": 1.0}
        if name == "getMore":
            batch, self.rest = self.rest, []
            return {"cursor": {"nextBatch": batch, "id": Int64(0), "ns": f"db.{command['collection']}"}, "ok": 1.0}
        if name == "aggregate":
            return {"cursor": {"firstBatch": [{"_id": 1, "n": len(kept)}], "id": Int64(0), "ns": space}, "ok": 1.0}
        if name in ("update", "delete"):
            return {"n": 1, **({"nModified": 1} if name == "update" else {}), "ok": 1.0}
        if name == "bulkWrite":
            return {"cursor": {"firstBatch": [], "id": Int64(0), "ns": "admin.$cmd.bulkWrite"}, "nErrors": 0,
                    "nInserted": 2, "nMatched": 0, "nModified": 0, "nUpserted": 0, "nDeleted": 0, "ok": 1.0}
        if name == "saslStart":
            return {"conversationId": 1, "done": True, "payload": b"", "ok": 1.0}
        if name in ("endSessions", "ping", "drop", "killCursors"):
            return {"ok": 1.0}
        return {"ok": 0.0, "errmsg": f"no such command: '{name}'", "code": 59, "codeName": "CommandNotFound"}


def python_client(port, compressor):
    import pymongo
    from pymongo.write_concern import WriteConcern
    login = {} if compressor else {"username": "joe", "password": "secret-word", "authMechanism": "PLAIN"}
    client = pymongo.MongoClient("127.0.0.1", port, heartbeatFrequencyMS=500, **login,
                                 **({"compressors": compressor} if compressor else {}))
    db = client.db
    db.types.insert_one({
        "_id": ObjectId("5f0000000000000000000001"), "text": 'quote " and \\ and \u00e9', "i": 1, "l": Int64(2**40),
        "d": 2.5, "whole": 3.0, "dec": Decimal128("-12.345E+3"), "t": True, "n": None, "b": Binary(b"\0\xff", 0x80),
        "at": datetime.datetime(2024, 2, 29, 13, 14, 15, 123000), "re": Regex("^a", "i"),
        "code": Code("f()", {"x": 1}), "ts": Timestamp(5, 6), "min": MinKey(), "max": MaxKey(),
        "deep": {"list": [1, {"a": [[]]}], "empty": {}}})
    db.people.insert_many([{"_id": i, "name": f"person {i}"} for i in range(5)])
    print(compressor, len(list(db.people.find({}, batch_size=2))), db.people.find_one({"_id": 3}))
    db.people.update_one({"_id": 3}, {"$set": {"name": "other"}})
    db.people.delete_many({"_id": {"$gt": 3}})
    db.people.with_options(write_concern=WriteConcern(w=0)).insert_one({"_id": 9})
    db.big.insert_many([{"_id": i, "text": "x" * 1000} for i in range(90 if compressor else 9)])
    list(db.big.find())
    try:
        db.command("nonsense", 1)
    except pymongo.errors.OperationFailure as e:
        print(e)
    list(db.people.aggregate([{"$group": {"_id": 1, "n": {"$sum": 1}}}]))
    time.sleep(1.5)
    client.close()


NODE_CLIENT = """
const { MongoClient, Long } = require('mongodb');
(async () => {
  const compressors = process.argv[3] ? [process.argv[3]] : undefined;
  const client = new MongoClient('mongodb://127.0.0.1:' + process.argv[2],
    {heartbeatFrequencyMS: 500, ...(compressors ? {compressors} : {})});
  const people = client.db('db').collection('people');
  await people.insertMany([0, 1, 2, 3, 4].map(i => ({_id: i, name: 'person ' + i, at: new Date(0)})));
  await Promise.all([0, 1, 2].map(i => people.findOne({_id: i})));
  console.log((await people.find({}, {batchSize: 2}).toArray()).length);
  await people.updateOne({_id: 1}, {$inc: {n: 1}});
  await people.insertOne({_id: 8}, {writeConcern: {w: 0}});
  await client.bulkWrite([{namespace: 'db.a', name: 'insertOne', document: {_id: 1}},
    {namespace: 'db.b', name: 'insertOne', document: {_id: 2}}]);
  try { await client.db('db').command({nonsense: Long.fromNumber(1)}); } catch (e) { console.log(e.message); }
  await new Promise(r => setTimeout(r, 1200));
  await client.close();
})().catch(e => { console.error(e); process.exit(1); });
"""


def record(name, origin, client):
    server = Server(("127.0.0.1", 0), Connection)
    server.documents = {}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    proxy = RecordingProxy(server.server_address[1])
    client(proxy.port)
    proxy.save(f"{out}/{name}.txt", origin + ", with the server of record-mongodb.py")
    server.shutdown()


def run(*command, cwd=None):
    subprocess.run(command, cwd=cwd, check=True, timeout=60)


for compressor in (None, "snappy", "zlib", "zstd"):
    suffix, of = (f"-{compressor}", f", compressor {compressor}") if compressor else ("", "")
    record(f"pymongo{suffix}", f"pymongo 3.11.0{of}", lambda port: python_client(port, compressor))
    if node_folder and compressor != "zstd":
        record(f"node{suffix}", f"mongodb 6.22.0 (Node.js){of}",
               lambda port: run("node", "-e", NODE_CLIENT, "x", str(port), compressor or "", cwd=node_folder))
    if dotnet and compressor in (None, "zlib"):
        options = f"/?compressors={compressor}" if compressor else "/"
        record(f"dotnet{suffix}", f"MongoDB.Driver 3.14.0 (.NET){of}",
               lambda port: run("dotnet", dotnet, f"mongodb://127.0.0.1:{port}{options}"))
