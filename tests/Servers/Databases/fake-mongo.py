"""Answers OP_MSG and OP_QUERY of MongoDB (hello, insert, find, drop, ping), enough for pymongo and MongoDB.Driver: no
server of it can be installed.

Usage: fake-mongo.py PORT. Writes what it was asked and answered to the file "log", a JSON array per line: port of the
client, the command's name, its collection, number of documents (inserted or found), 1 when it went well.
"""
import datetime, json, socketserver, struct, sys, threading
import bson
from bson.int64 import Int64

OP_REPLY, OP_QUERY, OP_MSG, CHECKSUM, MORE_TO_COME = 1, 2004, 2013, 1, 2
collections, lock, log = {}, threading.Lock(), open("log", "a", buffering=1)
HELLO = {
    "ok": 1.0, "ismaster": True, "isWritablePrimary": True, "helloOk": True, "maxBsonObjectSize": 16 << 20,
    "maxMessageSizeBytes": 48000000, "maxWriteBatchSize": 100000, "minWireVersion": 0, "maxWireVersion": 21,
    "logicalSessionTimeoutMinutes": 30, "connectionId": 1, "readOnly": False,
}


def answer(command):
    """Answer and number of documents."""
    name = next(iter(command))
    if name.lower() in ("ismaster", "hello"):
        return dict(HELLO, localTime=datetime.datetime.now(datetime.timezone.utc)), 0
    space = f"{command.get('$db', '')}.{command[name]}"
    documents = collections.setdefault(space, [])
    if name == "insert":
        documents += command["documents"]
        return {"ok": 1.0, "n": len(command["documents"])}, len(command["documents"])
    if name == "find":
        wanted = command.get("filter", {}).items()
        found = [d for d in documents if all(d.get(key) == wish for key, wish in wanted)]
        return {"ok": 1.0, "cursor": {"id": Int64(0), "ns": space, "firstBatch": found}}, len(found)
    if name == "drop":
        collections.pop(space)
        return {"ok": 1.0}, 0
    if name in ("endSessions", "ping"):
        return {"ok": 1.0}, 0
    return {"ok": 0.0, "errmsg": f"no such command: '{name}'", "code": 59, "codeName": "CommandNotFound"}, 0


def read_message(body):
    """Flags and the command, with the documents of its sequences in it."""
    flags, at = struct.unpack("<I", body[:4])[0], 4
    end, command, sequences = len(body) - (4 if flags & CHECKSUM else 0), {}, {}
    while at < end:
        length = struct.unpack("<i", body[at + 1:at + 5])[0]
        if body[at] == 0:
            command = bson.decode(body[at + 1:at + 1 + length])
        else:
            zero = body.index(b"\0", at + 5)
            sequences[body[at + 5:zero].decode()] = bson.decode_all(body[zero + 1:at + 1 + length])
        at += 1 + length
    return flags, {**command, **sequences}


class Connection(socketserver.BaseRequestHandler):
    def read(self, count):
        data = b""
        while len(data) < count:
            more = self.request.recv(count - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    def reply(self, command):
        with lock:
            document, count = answer(command)
            name = next(iter(command))
            text = command[name] if isinstance(command[name], str) else ""
            log.write(json.dumps([self.client_address[1], name, text, count, int(document["ok"])]) + "\n")
        return bson.encode(document)

    def handle(self):
        try:
            while True:
                length, number, _, opcode = struct.unpack("<iiii", self.read(16))
                body, flags = self.read(length - 16), 0
                if opcode == OP_QUERY:
                    zero = body.index(b"\0", 4)
                    command = bson.decode_all(body[zero + 9:])[0]
                    data, kind = struct.pack("<iqii", 8, 0, 0, 1) + self.reply(command), OP_REPLY
                else:
                    flags, command = read_message(body)
                    data, kind = struct.pack("<I", 0) + b"\0" + self.reply(command), OP_MSG
                if not flags & MORE_TO_COME:
                    self.request.sendall(struct.pack("<iiii", 16 + len(data), 1, number, kind) + data)
        except (EOFError, ConnectionError):
            pass


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


Server(("127.0.0.1", int(sys.argv[1])), Connection).serve_forever()
