#!/usr/bin/env python3
"""Records the bytes between real PostgreSQL clients and a server into Fixtures/pgsql.

A proxy on loopback forwards unchanged and notes every chunk in the order seen. One file per client: a comment line
with the origin, then "> BASE64" (from the client) and "< BASE64" (from the server); "=" starts a new connection.
Needs postgresql 15, psql, pgbench, python3-psycopg, python3-asyncpg, node with pg (NODE_PATH); run as root.
Usage: record-pgsql.py OUTPUT-FOLDER WORK-FOLDER
"""
import asyncio, os, socket, subprocess, sys

from recording_proxy import RecordingProxy

out, work = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
bin_folder = "/usr/lib/postgresql/15/bin"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def run(command, port, text=None, sslmode="disable", check=True):
    env = dict(os.environ, PGHOST="127.0.0.1", PGPORT=str(port), PGUSER="postgres", PGDATABASE="postgres",
               PGSSLMODE=sslmode, PGGSSENCMODE="disable", PORT=str(port))
    r = subprocess.run(command, input=text, text=True, env=env, capture_output=True)
    if check and r.returncode:
        raise SystemExit(f"{command}: {r.stderr}")
    return r


PSQL = r"""
CREATE TABLE t (id int PRIMARY KEY, name text, price numeric(8,2));
INSERT INTO t VALUES (1, 'one', 1.50), (2, NULL, 20);
SELECT * FROM t ORDER BY id;
SELECT 1 AS a \; SELECT 'x' AS b \; SELECT 3 AS c WHERE false;
SELECT nothing FROM t;
DO $$ BEGIN RAISE NOTICE 'mind the gap'; END $$;
;
COPY t FROM STDIN;
3	three	3
4	four	4.25
\.
COPY t TO STDOUT;
COPY t FROM STDIN;
5	five	not a number
\.
SELECT id FROM t WHERE id > 100;
"""

NODE = """
const { Client } = require('pg');
(async () => {
  const c = new Client({ host: '127.0.0.1', port: process.env.PORT, user: 'postgres', database: 'postgres' });
  await c.connect();
  await c.query('SELECT $1::text AS who, $2::int AS n', ['a, b', 42]);
  for (const id of [1, 2]) await c.query({ name: 'by-id', text: 'SELECT name FROM t WHERE id = $1', values: [id] });
  await c.query('SELECT 1/$1::int', [0]).catch(() => {});
  await c.query('SELECT now() IS NOT NULL AS ok');
  await c.end();
})();
"""


def psycopg_client(port):
    import psycopg
    with psycopg.connect(host="127.0.0.1", port=port, user="postgres", dbname="postgres", sslmode="disable") as c:
        c.autocommit = True
        c.execute("SELECT %b, %b::float8, %b::numeric", (7, 0.25, __import__("decimal").Decimal("-12.5")), binary=True)
        with c.pipeline() as p:
            c.execute("INSERT INTO t VALUES (%s, %s, NULL)", (10, "ten"))
            p.sync()
            c.execute("SELECT name FROM t WHERE id = %s", (10,))
            p.sync()
            c.execute("SELECT count(*) FROM t")
        with c.cursor().copy("COPY t (id, name) FROM STDIN") as copy:
            copy.write_row((20, "twenty"))
        c.execute("DELETE FROM t WHERE id >= %s", (10,))


async def asyncpg_client(port):
    import asyncpg, datetime, decimal, uuid
    c = await asyncpg.connect(host="127.0.0.1", port=port, user="postgres", database="postgres", ssl=False)
    await c.fetch(
        "SELECT $1::int8 AS i, $2::timestamptz AS t, $3::uuid AS u, $4::numeric AS n, $5::int4[] AS l, $6::date AS d,"
        " $7::bytea AS b, $8::jsonb AS j, $9::interval AS v, $10::bool AS o, $11::time AS m, $12::float4 AS f",
        -5, datetime.datetime(2024, 2, 29, 12, 30, 15, 250000, datetime.timezone.utc),
        uuid.UUID("12345678-9abc-def0-1234-56789abcdef0"), decimal.Decimal("10200.0345"), [1, None, 3],
        datetime.date(1999, 12, 31), b"\x00\xff", '{"a": 1}', datetime.timedelta(days=2, seconds=61), True,
        datetime.time(1, 2, 3), 1.5)
    s = await c.prepare("SELECT name FROM t WHERE id = $1")
    for i in (1, 3):
        await s.fetch(i)
    try:
        await c.fetch("SELECT 1 / $1::int", 0)
    except asyncpg.PostgresError:
        pass
    await c.close()


def main():
    data, port = work + "/data", free_port()
    os.makedirs(work, exist_ok=True)
    subprocess.run(["chown", "postgres", work], check=True)
    as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    subprocess.run([*as_postgres, bin_folder + "/initdb", "-D", data, "-A", "trust", "-U", "postgres"], check=True,
                   stdout=subprocess.DEVNULL, cwd=work)
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories= -c ssl=off"
    subprocess.run([*as_postgres, bin_folder + "/pg_ctl", "-D", data, "-w", "-l", work + "/log", "-o", options,
                    "start"], check=True, stdout=subprocess.DEVNULL, cwd=work)
    try:
        record(port)
    finally:
        subprocess.run([*as_postgres, bin_folder + "/pg_ctl", "-D", data, "-m", "fast", "stop"],
                       stdout=subprocess.DEVNULL, cwd=work)


def save(proxy, name, origin):
    proxy.save(f"{out}/{name}.txt", origin)


def record(port):
    server = "PostgreSQL 15.18"
    r = RecordingProxy(port)
    run(["psql", "-X", "-q"], r.port, PSQL, sslmode="prefer", check=False)
    run(["psql", "-X", "-d", "missing", "-c", "SELECT 1"], r.port, check=False)
    save(r, "psql", f"{server} with its psql, server without TLS: asked, refused; then a database that is missing")
    run(["pgbench", "-i", "-s", "1", "-q"], port)
    for mode in ("simple", "extended", "prepared"):
        r = RecordingProxy(port)
        run(["pgbench", "-n", "-M", mode, "-c", "1", "-t", "2"], r.port)
        save(r, f"pgbench-{mode}", f"{server} with its pgbench -M {mode}")
    r = RecordingProxy(port)
    run(["node", "-e", NODE], r.port)
    save(r, "node-pg", f"{server} with pg of npm and node {run(['node', '-v'], 0).stdout.strip()}")
    r = RecordingProxy(port)
    psycopg_client(r.port)
    save(r, "psycopg", f"{server} with psycopg 3.1.7: binary parameters, a pipeline, COPY")
    r = RecordingProxy(port)
    asyncio.run(asyncpg_client(r.port))
    save(r, "asyncpg", f"{server} with asyncpg of Debian 12: all values binary")


main()
