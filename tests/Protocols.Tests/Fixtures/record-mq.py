#!/usr/bin/env python3
"""Records the bytes between message brokers and their clients into Fixtures/{nats,amqp,mqtt}.

A proxy on loopback forwards unchanged and notes every chunk in the order seen. One file per pair: comment lines
with the origin, then "> BASE64" (from the client) and "< BASE64" (from the server); "=" starts a new connection.
Needs brokers on loopback: nats-server, rabbitmq-server (user guest), mosquitto, and mosquitto-clients, amqp-tools,
python3-paho-mqtt, python3-pika. Usage: record-mq.py OUTPUT-FOLDER NATS-PORT AMQP-PORT MQTT-PORT
"""
import os, re, socket, subprocess, sys, threading, time

from recording_proxy import RecordingProxy

out = os.path.abspath(sys.argv[1])
nats, amqp, mqtt = (int(port) for port in sys.argv[2:5])


def version(*command):
    text = subprocess.run(command, capture_output=True, text=True)
    return re.search(r"\d+\.\d+(\.\d+)?", text.stdout + text.stderr).group(0)


def record_nats():
    r = RecordingProxy(nats)
    s = socket.create_connection(("127.0.0.1", r.port))
    s.settimeout(5)

    def talk(data, until, count=1):
        if data:
            s.sendall(data)
        got = b""
        while got.count(until) < count:
            got += s.recv(65536)

    talk(b"", b"INFO ")
    talk(b'CONNECT {"verbose":true,"headers":true,"name":"rec"}\r\nPING\r\n', b"PONG")
    talk(b"SUB foo.* workers 1\r\nSUB bar 2\r\n", b"+OK", 2)
    talk(b"PUB foo.a inbox.1 11\r\nhello\r\nyou!\r\n", b"MSG ")
    talk(b"HPUB foo.b 30 35\r\nNATS/1.0\r\nA: 1\r\nB: x\r\nA: 2\r\n\r\nworld\r\n", b"HMSG ")
    talk(b"PUB bar 0\r\n\r\npub\tbar\t2\r\nhi\r\nPUB foo.c 3\r\nabc\r\n", b"MSG ", 3)
    talk(b"UNSUB 1 10\r\nUNSUB 2\r\n", b"+OK", 2)
    talk(b"PUB bad..subject 1\r\nx\r\n", b"+OK")
    try:
        talk(b"NONSENSE\r\n", b"-ERR")
    except OSError:
        pass
    s.close()
    origin = f"nats-server {version('nats-server', '--version')}, lines written by hand"
    r.save(f"{out}/nats/nats-server-raw.txt", origin)


def record_amqp_pika():
    import pika
    r = RecordingProxy(amqp)
    c = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", r.port, frame_max=4096))
    ch = c.channel()
    ch.exchange_declare("e1", "topic", auto_delete=True)
    ch.queue_declare("q1", auto_delete=False, arguments={"x-max-length": 100, "x-message-ttl": 60000})
    ch.queue_bind("q1", "e1", "k.#")
    ch.confirm_delivery()
    properties = pika.BasicProperties(
        content_type="application/json", headers={"a": 1, "b": "two", "c": [1, True, None]}, priority=3,
        correlation_id="c-1", delivery_mode=2, timestamp=1700000000, app_id="rec")
    ch.basic_publish("e1", "k.one", b'{"x":1}', properties)
    ch.basic_publish("e1", "k.two", b"\x00\xff" * 100)
    ch.basic_publish("e1", "k.big", b"z" * 10000)
    method, _, _ = ch.basic_get("q1")
    ch.basic_ack(method.delivery_tag)
    ch.basic_qos(prefetch_count=5)
    seen = []
    tag = ch.basic_consume("q1", lambda c, m, p, b: (seen.append(b), c.basic_ack(m.delivery_tag)), consumer_tag="t1")
    while len(seen) < 2:
        c.process_data_events(1)
    ch.basic_cancel(tag)
    other = c.channel()
    other.tx_select()
    other.basic_publish("", "q1", b"in a transaction")
    other.tx_rollback()
    other.close()
    ch.queue_purge("q1")
    ch.basic_get("q1")
    ch.queue_unbind("q1", "e1", "k.#")
    ch.queue_delete("q1")
    failing = c.channel()
    try:
        failing.queue_declare("nowhere", passive=True)
    except pika.exceptions.ChannelClosedByBroker:
        pass
    c.close()
    r.save(f"{out}/amqp/rabbitmq-pika.txt", f"RabbitMQ {rabbit_version()}, pika {pika.__version__}")


def rabbit_version():
    return subprocess.run(
        ["dpkg-query", "-W", "-f", "${Version}", "rabbitmq-server"], capture_output=True, text=True).stdout


def record_amqp_tools():
    r = RecordingProxy(amqp)
    for command in (
            ["amqp-declare-queue", "-q", "q2"], ["amqp-publish", "-r", "q2", "-b", "hello"],
            ["amqp-get", "-q", "q2"], ["amqp-delete-queue", "-q", "q2"]):
        subprocess.run([command[0], "-s", "127.0.0.1", f"--port={r.port}", *command[1:]], capture_output=True)
    r.save(f"{out}/amqp/rabbitmq-tools.txt", f"RabbitMQ {rabbit_version()}, amqp-tools (librabbitmq)")


def record_mosquitto(name, v, qos):
    r = RecordingProxy(mqtt)
    where = ["-h", "127.0.0.1", "-p", str(r.port), "-V", v]
    sub = subprocess.Popen(
        ["mosquitto_sub", *where, "-t", "a/+", "-q", str(qos), "-C", "3", "-i", "sub", "-v"],
        stdout=subprocess.DEVNULL)
    deadline = time.time() + 5
    while not any(m == "<" and d[0] == 0x90 for c in r.connections for m, d in c) and time.time() < deadline:
        time.sleep(0.02)
    extra = ["-D", "publish", "user-property", "k", "w", "-D", "publish", "content-type", "text/plain"]
    for i in range(3):
        subprocess.run(
            ["mosquitto_pub", *where, "-t", f"a/{i}", "-q", str(qos), "-m", f"message {i}", "-i", "pub", "-u", "user",
             "-P", "secret", "--will-topic", "w", "--will-payload", "gone", *(extra if v == "mqttv5" else [])])
    sub.wait(5)
    r.save(f"{out}/mqtt/{name}.txt", f"mosquitto {version('mosquitto', '-h')}, its clients, {v}, QoS {qos}")


def record_paho():
    import paho.mqtt.client as paho
    from paho.mqtt.properties import Properties
    from paho.mqtt.packettypes import PacketTypes
    r = RecordingProxy(mqtt)
    c = paho.Client("paho", protocol=paho.MQTTv5)
    done = threading.Event()
    seen = []
    c.on_connect = lambda *a: c.subscribe([("p/#", paho.SubscribeOptions(2, noLocal=False)),
                                           ("r", paho.SubscribeOptions(0))])
    c.on_subscribe = lambda *a: done.set()
    c.on_message = lambda _, __, m: seen.append(m.payload)
    c.connect("127.0.0.1", r.port, keepalive=1)
    c.loop_start()
    done.wait(5)
    p = Properties(PacketTypes.PUBLISH)
    p.MessageExpiryInterval, p.ResponseTopic, p.CorrelationData = 60, "r", b"\x01\x02"
    p.UserProperty = [("a", "1"), ("b", "2")]
    for q in (2, 1, 0, 2):
        c.publish(f"p/{q}", b"payload %d" % q, qos=q, properties=p)
    c.publish("p/binary", bytes(range(256)), qos=1)
    c.publish("p/long", b"l" * 3000, qos=2)
    deadline = time.time() + 5
    while len(seen) < 6 and time.time() < deadline:
        time.sleep(0.05)
    time.sleep(2.2)  # keepalive of one second: PINGREQ
    c.unsubscribe(["p/#", "nothing"])
    time.sleep(0.3)
    c.disconnect(reasoncode=paho.ReasonCodes(PacketTypes.DISCONNECT, "Disconnect with will message"))
    c.loop_stop()
    r.save(f"{out}/mqtt/mosquitto-paho-v5.txt", f"mosquitto {version('mosquitto', '-h')}, paho-mqtt 1.6.1, version 5")


record_nats()
record_mosquitto("mosquitto-v311", "mqttv311", 1)
record_mosquitto("mosquitto-v311-qos2", "mqttv311", 2)
record_mosquitto("mosquitto-v5", "mqttv5", 2)
record_paho()
record_amqp_pika()
record_amqp_tools()
