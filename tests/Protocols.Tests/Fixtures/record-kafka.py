#!/usr/bin/env python3
"""Records the bytes between real Kafka clients and librdkafka's mock broker into Fixtures/kafka.

The clients go where the broker's metadata sends them, so a proxy would be passed by: dumpcap listens on lo instead.
One file per client: comment lines with the origin, then "> BASE64" (to the broker) and "< BASE64" (from it) per
segment in the order seen; "=" starts a new connection. Needs root, dumpcap, tshark, kcat, python3-kafka,
python3-confluent-kafka and the program of Confluent.Kafka given as DOTNET-PROGRAM (a .dll; "mock N" serves,
"HOST:PORT" produces and consumes). Usage: record-kafka.py OUTPUT-FOLDER WORK-FOLDER [DOTNET-PROGRAM]
"""
import base64, os, signal, subprocess, sys, time

out, work = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
dotnet = sys.argv[3] if len(sys.argv) > 3 else None
os.makedirs(out, exist_ok=True)

BROKER = """
import time
from confluent_kafka.admin import AdminClient
a = AdminClient({'test.mock.num.brokers': 1, 'log_level': 0})
print(','.join(f'{b.host}:{b.port}' for b in a.list_topics(timeout=10).brokers.values()), flush=True)
time.sleep(3600)
"""
PYTHON_CLIENT = """
import sys
from kafka import KafkaProducer, KafkaConsumer
p = KafkaProducer(bootstrap_servers=sys.argv[1], client_id='py-producer', acks=1)
for i in range(3): p.send('orders', b'value %d' % i, key=b'k%d' % i).get(10)
p.close()
c = KafkaConsumer('orders', bootstrap_servers=sys.argv[1], client_id='py-consumer', auto_offset_reset='earliest',
                  group_id=None, consumer_timeout_ms=1500)
print(len(list(c)))
c.close()
"""


def kcat(broker):
    big = ("x" * 900 + "\n") * 8
    steps = [
        (["-P", "-t", "t1", "-K", ":"], "k1:hello\nk2:world\n"),
        (["-P", "-t", "t1", "-z", "gzip"], "zipped\n" * 20),
        (["-P", "-t", "t1", "-X", "acks=0"], "nobody answers\n"),
        (["-P", "-t", "t2", "-p", "1"], big),
        (["-C", "-t", "t1", "-e"], ""),
        (["-C", "-t", "t2", "-p", "1", "-e"], ""),
        (["-G", "g1", "-X", "auto.offset.reset=earliest", "-e", "t1"], ""),
    ]
    for args, text in steps:
        r = subprocess.run(["kcat", "-b", broker, *args], input=text, text=True, capture_output=True, timeout=60)
        print(args, r.returncode, len(r.stdout), r.stderr.strip()[-100:])


def python(broker):
    subprocess.run(["/usr/bin/python3", "-c", PYTHON_CLIENT, broker], timeout=60)


def confluent(broker):
    subprocess.run(["dotnet", dotnet, "produce", broker], timeout=60)


def record(name, origin, broker_command, client):
    broker = subprocess.Popen(broker_command, stdout=subprocess.PIPE, text=True)
    capture = None
    try:
        address = broker.stdout.readline().strip()
        port = address.rsplit(":", 1)[1]
        pcap = f"{work}/{name}.pcap"
        capture = subprocess.Popen(
            ["dumpcap", "-q", "-i", "lo", "-f", f"tcp port {port}", "-w", pcap], stderr=subprocess.PIPE, text=True)
        while "File:" not in capture.stderr.readline():
            pass
        time.sleep(0.5)
        client(address)
        time.sleep(1)
    finally:
        if capture:
            capture.send_signal(signal.SIGINT)
            capture.wait()
        broker.kill()
    lines = subprocess.run(
        ["tshark", "-r", pcap, "-Y", "tcp.len>0", "-T", "fields", "-e", "tcp.stream", "-e", "tcp.dstport",
         "-e", "tcp.payload"], capture_output=True, text=True).stdout.splitlines()
    connections = {}
    for line in lines:
        stream, to, payload = line.split("\t")
        mark = ">" if to == port else "<"
        connections.setdefault(int(stream), []).append(f"{mark} {base64.b64encode(bytes.fromhex(payload)).decode()}\n")
    with open(f"{out}/{name}.txt", "w") as f:
        f.write(f"# {origin}\n")
        for stream in sorted(connections):
            f.write("=\n" + "".join(connections[stream]))
    print(name, len(connections), "connections", os.path.getsize(f"{out}/{name}.txt"), "bytes")


python_broker = ["/usr/bin/python3", "-c", BROKER]
record("kcat", "kcat 1.7.1 (librdkafka 2.0.2) with the mock broker of librdkafka 2.0.2", python_broker, kcat)
record("python", "kafka-python 2.0.2 with the mock broker of librdkafka 2.0.2", python_broker, python)
if dotnet:
    record("confluent", "Confluent.Kafka 2.16.0 (librdkafka) with its own mock broker", ["dotnet", dotnet, "mock", "1"],
           confluent)
