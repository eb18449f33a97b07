#!/usr/bin/env bash
# Records the captures of this folder from real servers on loopback. Usage, as root: ./record.sh [NAME...]
# Needs (Debian 12): tcpdump tshark nginx-light apache2 curl postgresql redis-server redis-tools mariadb-server
# dnsmasq-base bind9-dnsutils kcat python3-confluent-kafka mosquitto mosquitto-clients nats-server rabbitmq-server
# amqp-tools python3-pymongo python3-cassandra memcached python3-pymemcache libmemcached-tools python3-grpcio
# python3-protobuf openssl. What a capture holds is in ORIGIN.md.
set -euo pipefail

OUT=$(cd "$(dirname "$0")" && pwd)
SERVED=$(cd "$OUT/../../Servers" && pwd)
PYTHON=/usr/bin/python3 # the one that Debian's modules are for
WORK=$(mktemp -d /tmp/pxo-record.XXXXXX)
SERVERS=()
chmod 755 "$WORK"

end() {
	local pid
	for pid in "${SERVERS[@]}"; do kill "$pid" 2>/dev/null || true; done
	for pid in "${SERVERS[@]}"; do wait "$pid" 2>/dev/null || true; done
	rm -rf "$WORK"
}
trap end EXIT

serve() {
	"$@" >"$WORK/server.log" 2>&1 &
	SERVERS+=($!)
}

# until_open PORT: waits for a listener.
until_open() {
	local i
	for i in $(seq 300); do
		if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then return 0; fi
		sleep 0.1
	done
	echo "nothing listens on port $1" >&2
	cat "$WORK/server.log" >&2
	return 1
}

# capture FILE FILTER COMMAND...: records what a command makes others say.
capture() {
	local file=$1 filter=$2 pid
	shift 2
	rm -f "$WORK/tcpdump.log" # what the one before said
	tcpdump -U -s 0 ${TCPDUMP_FLAGS:--i lo} -w "$WORK/capture" "$filter" 2>"$WORK/tcpdump.log" &
	pid=$!
	SERVERS+=("$pid") # ended even if the command fails
	until grep -qs "listening on" "$WORK/tcpdump.log"; do kill -0 "$pid"; sleep 0.05; done
	"$@" >"$WORK/client.log" 2>&1 || { cat "$WORK/client.log" >&2; return 1; }
	sleep 1 # the last packets on their way to the file
	kill -INT "$pid"
	wait "$pid" || true
	mv "$WORK/capture" "$OUT/$file"
	chmod 644 "$OUT/$file"
	ls -l "$OUT/$file"
}

http_requests() {
	local i
	curl -s "http://127.0.0.1:18080/abc?x=1" >/dev/null
	curl -s "http://127.0.0.1:18080/a" "http://127.0.0.1:18080/b" "http://127.0.0.1:18080/missing" >/dev/null
	curl -s -d name=value "http://127.0.0.1:18080/post" >/dev/null
	curl -s "http://[::1]:18080/six" >/dev/null
	for i in 1 2 3; do curl -s "http://127.0.0.1:18080/file" >/dev/null; done
}

record_http() {
	mkdir -p "$WORK/www"
	head -c 12000 /dev/zero | tr '\0' x >"$WORK/www/file"
	cat >"$WORK/nginx.conf" <<-CONF
		daemon off; worker_processes 1; pid $WORK/pid; error_log $WORK/err;
		events {}
		http {
			access_log off; client_body_temp_path $WORK/t1; proxy_temp_path $WORK/t2; fastcgi_temp_path $WORK/t3;
			uwsgi_temp_path $WORK/t4; scgi_temp_path $WORK/t5;
			server {
				listen 127.0.0.1:18080; listen [::1]:18080;
				location / { return 200 "hi\n"; }
				location /missing { return 404 "no\n"; }
				location /file { root $WORK/www; }
			}
		}
	CONF
	serve nginx -c "$WORK/nginx.conf"
	until_open 18080
	TCPDUMP_FLAGS='-i lo --time-stamp-precision=nano' capture http.pcap 'tcp port 18080' http_requests
	TCPDUMP_FLAGS='-y LINUX_SLL2 -i any' capture http-any.pcap 'tcp port 18080' curl -s http://127.0.0.1:18080/cooked
	tshark -r "$OUT/http.pcap" -w "$OUT/http.pcapng" -F pcapng
}

record_http2() {
	serve nghttpd -d / --no-tls --address=127.0.0.1 18451
	until_open 18451
	capture http2.pcap 'tcp port 18451' sh -c '
		curl -s --http2-prior-knowledge http://127.0.0.1:18451/etc/hostname http://127.0.0.1:18451/no;
		h2load -n 40 -c 2 -m 5 http://127.0.0.1:18451/etc/hostname'
}

record_pgsql() {
	local bin
	bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
	install -d -o postgres "$WORK/pg"
	su postgres -c "$bin/initdb -D $WORK/pg -A trust" >/dev/null
	serve su postgres -c "$bin/postgres -D $WORK/pg -c listen_addresses=127.0.0.1 -c port=15432 \
		-c unix_socket_directories="
	until_open 15432
	printf '\\set a random(1, 10)\nselect :a + 1;\n' >"$WORK/select.sql"
	export PGHOST=127.0.0.1 PGPORT=15432 PGUSER=postgres PGSSLMODE=disable
	capture pgsql.pcap 'tcp port 15432' sh -c "
		psql -Atc 'select 1+1'
		psql -Atc 'select nothing' || true
		psql -Atc 'create table t(a int)' -c 'insert into t values (1),(2)' -c 'select * from t'
		$bin/pgbench -n -M extended -c 1 -t 8 -f $WORK/select.sql
		$bin/pgbench -n -M prepared -c 1 -t 8 -f $WORK/select.sql"
}

record_redis() {
	serve redis-server --bind 127.0.0.1 --port 16379 --save '' --dir "$WORK"
	until_open 16379
	capture redis.pcap 'tcp port 16379' sh -c "
		redis-cli -p 16379 SET k v; redis-cli -p 16379 GET k; redis-cli -p 16379 HSET h a 1 b 2
		redis-cli -p 16379 NOSUCH x; redis-benchmark -p 16379 -n 60 -c 2 -t set,get,lpush -q"
}

record_mysql() {
	mkdir "$WORK/m"
	chown mysql "$WORK/m"
	mariadb-install-db --user=mysql --datadir="$WORK/m" --auth-root-authentication-method=normal >/dev/null 2>&1
	serve mariadbd --no-defaults --user=mysql --datadir="$WORK/m" --bind-address=127.0.0.1 --port=13306 \
		--socket="$WORK/m/s.sock"
	until_open 13306
	mariadb -S "$WORK/m/s.sock" -uroot -e "create database d; create user u@localhost identified by 'p'; grant all on d.* to u@localhost"
	local ask="mariadb -h127.0.0.1 -P13306 -uu -pp --skip-ssl d"
	capture mysql.pcap 'tcp port 13306' sh -c "
		$ask -e 'select 42; select version()'
		$ask -e 'create table t(a int, b text); insert into t values (1, repeat(\"x\", 4000)); select * from t'
		$ask -e 'select nothing' || true
		$ask -e \"prepare s from 'select a from t where a = ?'; set @x = 1; execute s using @x\""
}

record_dns() {
	serve dnsmasq -d --no-resolv --no-hosts --listen-address=127.0.0.1 --bind-interfaces --port=15353 \
		--address=/app.test/10.1.2.3 --address=/app.test/fd00::1 --txt-record=txt.test,hello
	until_open 15353
	local ask='dig @127.0.0.1 -p 15353 +tries=1'
	capture dns.pcap 'port 15353' sh -c "
		$ask app.test A; $ask app.test AAAA; $ask a.app.test A; $ask txt.test TXT; $ask nowhere.test A
		$ask +tcp app.test A; $ask +tcp txt.test TXT; $ask +noedns app.test A"
}

kafka_traffic() {
	local i
	for i in 1 2 3; do echo "k$i:value $i"; done | kcat -P -b "$1" -t t1 -K :
	kcat -C -b "$1" -t t1 -e -o beginning
}

record_kafka() {
	/usr/bin/python3 -u -c '
import time, confluent_kafka
p = confluent_kafka.Producer({"test.mock.num.brokers": 1})
m = p.list_topics(timeout=10)
print(",".join("%s:%d" % (b.host, b.port) for b in m.brokers.values()), flush=True)
time.sleep(600)' >"$WORK/brokers" 2>"$WORK/server.log" &
	SERVERS+=($!)
	until [ -s "$WORK/brokers" ]; do sleep 0.1; done
	local brokers
	brokers=$(cat "$WORK/brokers")
	capture kafka.pcap "tcp port ${brokers##*:}" kafka_traffic "$brokers"
}

mqtt_traffic() {
	mosquitto_sub -p 11883 -h 127.0.0.1 -V mqttv5 -t a/b -q 2 -C 3 &
	sleep 0.5
	mosquitto_pub -p 11883 -h 127.0.0.1 -V mqttv5 -t a/b -q 0 -m zero
	mosquitto_pub -p 11883 -h 127.0.0.1 -V mqttv311 -t a/b -q 1 -m one
	mosquitto_pub -p 11883 -h 127.0.0.1 -V mqttv5 -t a/b -q 2 -m two
	wait $!
}

record_mqtt() {
	printf 'listener 11883 127.0.0.1\nallow_anonymous true\n' >"$WORK/mosquitto.conf"
	serve mosquitto -c "$WORK/mosquitto.conf"
	until_open 11883
	capture mqtt.pcap 'tcp port 11883' mqtt_traffic
}

nats_traffic() {
	exec 3<>/dev/tcp/127.0.0.1/14222
	printf 'CONNECT {"verbose":false}\r\nSUB foo 1\r\nPUB foo 5\r\nhello\r\nPING\r\n' >&3
	sleep 0.3
	printf 'PUB foo 3\r\nabc\r\nPUB bar 0\r\n\r\nPING\r\n' >&3
	sleep 0.3
	exec 3>&-
}

record_nats() {
	serve nats-server -a 127.0.0.1 -p 14222
	until_open 14222
	capture nats.pcap 'tcp port 14222' nats_traffic
}

record_amqp() {
	install -d -o rabbitmq "$WORK/r"
	echo 'listeners.tcp.1 = 127.0.0.1:15672' >"$WORK/r/rabbitmq.conf"
	serve su rabbitmq -s /bin/bash -c "
		export RABBITMQ_CONFIG_FILE=$WORK/r/rabbitmq.conf RABBITMQ_MNESIA_BASE=$WORK/r RABBITMQ_LOG_BASE=$WORK/r
		export RABBITMQ_NODENAME=pxorec@localhost RABBITMQ_DIST_PORT=25679 ERL_EPMD_ADDRESS=127.0.0.1
		export ERL_EPMD_PORT=14369 HOME=$WORK/r
		export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}'
		exec /usr/lib/rabbitmq/bin/rabbitmq-server"
	until_open 15672
	local at='-s 127.0.0.1 --port=15672'
	capture amqp.pcap 'tcp port 15672' sh -c "
		amqp-declare-queue $at -q q1; amqp-publish $at -r q1 -b 'hello rabbit'; amqp-publish $at -r q1 -b second
		amqp-get $at -q q1; amqp-get $at -q q1"
}

# in_work COMMAND...: there, as servers of this repository write their logs to where they run.
in_work() {
	cd "$WORK"
	exec "$@"
}

mongo_traffic() {
	"$PYTHON" -c '
import pymongo
client = pymongo.MongoClient("127.0.0.1", 17017)
people = client.test.people
people.insert_many([{"_id": i, "name": "name %d" % i} for i in range(5)])
for i in range(8):
    people.find_one({"_id": i})
people.insert_many([{"_id": 1000 + i, "text": "x" * 1000} for i in range(20)])
assert len(list(people.find())) == 25
try:
    client.test.command("noSuchCommand")
except pymongo.errors.OperationFailure as error:
    assert error.code == 59
people.drop()
client.close()'
}

record_mongo() {
	serve in_work "$PYTHON" "$SERVED/Databases/fake-mongo.py" 17017
	until_open 17017
	capture mongo.pcap 'tcp port 17017' mongo_traffic
}

cql_traffic() {
	"$PYTHON" -c '
from cassandra.cluster import Cluster
from cassandra.protocol import SyntaxException
cluster = Cluster(["127.0.0.1"], port=19042, protocol_version=4, schema_metadata_enabled=False,
                  token_metadata_enabled=False)
session = cluster.connect()
assert [tuple(row) for row in session.execute("select * from t")] == [(1, "one"), (2, "two")]
insert = session.prepare("insert into t (id, age) values (?, ?)")
for future in [session.execute_async(insert, (i, i * 1000)) for i in range(30)]:
    future.result()
for i in range(3):
    session.execute("update t set name = $$x%d$$ where id = 1" % i)
try:
    session.execute("bad statement")
except SyntaxException:
    cluster.shutdown()'
}

record_cql() {
	serve in_work "$PYTHON" "$SERVED/Databases/fake-cql.py" 19042
	until_open 19042
	capture cql.pcap 'tcp port 19042' cql_traffic
}

memcached_text() {
	"$PYTHON" -c '
from pymemcache.client.base import Client
client = Client(("127.0.0.1", 21211), no_delay=True)
for i in range(10):
    client.set("key%d" % i, "value %d" % i, noreply=False)
    assert client.get("key%d" % i) == b"value %d" % i
assert len(client.get_many(["key%d" % i for i in range(5, 15)])) == 5
assert client.get("none") is None
client.set("number", "5", noreply=False)
assert client.incr("number", 3) == 8
assert client.decr("number", 1) == 7
assert client.incr("none", 1) is None
assert client.delete("key1", noreply=False) and not client.delete("key1", noreply=False)
assert client.touch("key2", 60, noreply=False)
value, cas = client.gets("key3")
assert client.cas("key3", "changed", cas) and not client.cas("key3", "again", cas)
assert client.add("key4", "x", noreply=False) is False
client.close()'
}

record_memcached() {
	serve memcached -u nobody -l 127.0.0.1 -p 21211 -U 0
	until_open 21211
	capture memcached.pcap 'tcp port 21211' memcached_text
	capture memcached-binary.pcap 'tcp port 21211' memcslap --servers=127.0.0.1:21211 --binary --test=get \
		--initial-load=10 --execute-number=10 --concurrency=1
}

record_grpc() {
	serve in_work "$PYTHON" "$SERVED/Grpc/calls.py" serve 15051
	until_open 15051
	capture grpc.pcap 'tcp port 15051' sh -c "cd '$WORK' && '$PYTHON' '$SERVED/Grpc/calls.py' call 15051"
	gzip -9nf "$OUT/grpc.pcap" # some messages are long
}

tls_traffic() {
	local at=https://shop.test:18443/ i
	local ask='curl -sk --resolve shop.test:18443:127.0.0.1'
	$ask --http1.1 "$at"
	$ask "$at"
	$ask --tls-max 1.2 "$at"
	curl -sk https://127.0.0.1:18443/
	for i in '-servername a.test' '-noservername -alpn http/1.1' '-servername b.test -tls1_2 -cipher AES256-GCM-SHA384' \
		'-servername c.test -tls1_1 -cipher ALL:@SECLEVEL=0'; do
		echo Q | openssl s_client -connect 127.0.0.1:18443 $i || true # of the last one the version is refused
	done
}

record_tls() {
	openssl req -x509 -newkey rsa:2048 -nodes -days 3 -subj /CN=shop.test -keyout "$WORK/key" -out "$WORK/crt" 2>/dev/null
	cat >"$WORK/nginx.conf" <<-CONF
		daemon off; worker_processes 1; pid $WORK/pid; error_log $WORK/err;
		events {}
		http {
			access_log off; client_body_temp_path $WORK/t1; proxy_temp_path $WORK/t2; fastcgi_temp_path $WORK/t3;
			uwsgi_temp_path $WORK/t4; scgi_temp_path $WORK/t5;
			server {
				listen 127.0.0.1:18443 ssl http2; ssl_certificate $WORK/crt; ssl_certificate_key $WORK/key;
				ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers ALL;
				location / { return 200 "hi\n"; }
			}
		}
	CONF
	serve nginx -c "$WORK/nginx.conf"
	until_open 18443
	capture tls.pcap 'tcp port 18443' tls_traffic
}

[ $# -gt 0 ] || set -- http http2 pgsql redis mysql dns kafka mqtt nats amqp mongo cql memcached grpc tls
for name in "$@"; do "record_$name"; done
