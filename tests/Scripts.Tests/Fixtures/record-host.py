#!/usr/bin/env python3
"""Records rows about processes, connections, interfaces, stacks and the agent into Fixtures/recorded.

Five pods are network namespaces with the addresses of FixturePod, each with one process: nginx, two small services in
Python, Redis, a Java program. A client outside asks nginx, which asks the services, which ask Redis; nginx also sends
to an address outside. A silo watches; its rows of these processes are written as JSON lines, with the pod's
name instead of the upid and times in ns before the last row. Needs root, nginx, redis, java, curl.
Usage: record-host.py SILO-DLL PXO-DLL OUTPUT-FOLDER WORK-FOLDER
"""
import json, os, shutil, signal, subprocess, sys, time
from datetime import datetime

silo_dll, pxo_dll, out, work = map(os.path.abspath, sys.argv[1:5])
PODS = {"front-1": "10.1.0.10", "cart-1": "10.1.0.11", "cart-2": "10.1.0.21", "db-1": "10.1.0.22",
        "broker-1": "10.1.0.23"}
OUTSIDE, CLIENT, SERVER, GATEWAY = "outside", "198.51.100.7", "203.0.113.9", "10.1.0.1"
PORT = "18790"
TABLES = ["process_stats", "network_stats", "conn_stats", "jvm_stats", "stack_traces.beta"]
SECONDS, MAX_STACKS = 24, 12

CART = """
import http.server, socket
class Items(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with socket.create_connection(('10.1.0.22', 6379)) as db:
            db.sendall(b'*2\\r\\n$3\\r\\nGET\\r\\n$4\\r\\nitem\\r\\n'); db.recv(100)
        body = b','.join(b'%d' % (i * i) for i in range(3000))
        self.send_response(200); self.send_header('Content-Length', str(len(body))); self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
http.server.HTTPServer(('', 8080), Items).serve_forever()
"""
BROKER = """
public class Broker {
    static java.util.ArrayList<byte[]> kept = new java.util.ArrayList<>();
    public static void main(String[] a) throws Exception {
        for (int n = 0; ; n++) {
            kept.add(new byte[100_000]);
            if (kept.size() > 300) kept.clear();
            if (n % 50 == 0) Thread.sleep(20);
        }
    }
}
"""
NGINX = """daemon off; worker_processes 1; pid {w}/n.pid; error_log {w}/n.err; user root; events {{}}
http {{ access_log off; client_body_temp_path {w}/t1; proxy_temp_path {w}/t2; fastcgi_temp_path {w}/t3;
uwsgi_temp_path {w}/t4; scgi_temp_path {w}/t5; upstream cart {{ server 10.1.0.11:8080; server 10.1.0.21:8080; }}
server {{ listen 10.1.0.10:80; location /items {{ proxy_pass http://cart; }}
location /mail {{ proxy_pass http://203.0.113.9; }} location / {{ return 200 "welcome"; }} }} }}"""
MAIL = """daemon off; worker_processes 1; pid {w}/m.pid; error_log {w}/m.err; user root; events {{}}
http {{ access_log off; client_body_temp_path {w}/u1; proxy_temp_path {w}/u2; fastcgi_temp_path {w}/u3;
uwsgi_temp_path {w}/u4; scgi_temp_path {w}/u5; server {{ listen 203.0.113.9:80; location / {{ return 202 "queued"; }} }} }}"""

started = []


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def start(namespace, *command):
    prefix = ["ip", "netns", "exec", name(namespace)] if namespace else []
    process = subprocess.Popen([*prefix, *command], cwd=work, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    started.append(process)
    return process.pid


def name(pod):
    return f"pxorec-{pod}"


def connect():
    """All namespaces on a bridge, which lies in the one outside; nothing of the machine's own network changes."""
    run("ip", "netns", "add", name(OUTSIDE))
    outside = ["ip", "-n", name(OUTSIDE)]
    run(*outside, "link", "add", "br0", "type", "bridge")
    for address, device in ((GATEWAY + "/16", "br0"), (CLIENT + "/32", "lo"), (SERVER + "/32", "lo")):
        run(*outside, "addr", "add", address, "dev", device)
    for device in ("lo", "br0"):
        run(*outside, "link", "set", device, "up")
    for i, (pod, address) in enumerate(PODS.items()):
        run("ip", "netns", "add", name(pod))
        inside = ["ip", "-n", name(pod)]
        run(*outside, "link", "add", f"p{i}", "type", "veth", "peer", "name", "eth0", "netns", name(pod))
        run(*outside, "link", "set", f"p{i}", "master", "br0", "up")
        run(*inside, "addr", "add", address + "/16", "dev", "eth0")
        run(*inside, "link", "set", "lo", "up")
        run(*inside, "link", "set", "eth0", "up")
        run(*inside, "route", "add", "default", "via", GATEWAY)


def serve():
    """Starts the pods' processes; returns the pod of each pid."""
    for file, text in (("n.conf", NGINX), ("m.conf", MAIL)):
        open(f"{work}/{file}", "w").write(text.format(w=work))
    open(work + "/Broker.java", "w").write(BROKER)
    open(work + "/cart.py", "w").write(CART)
    run("javac", "-d", work, work + "/Broker.java")
    start(OUTSIDE, "/usr/sbin/nginx", "-c", work + "/m.conf")
    master = start("front-1", "/usr/sbin/nginx", "-c", work + "/n.conf")
    pods = {}
    for cart in ("cart-1", "cart-2"):  # a plain host knows pods by their programs
        shutil.copy(os.path.realpath("/usr/bin/python3"), f"{work}/{cart}")
        pods[start(cart, f"{work}/{cart}", "cart.py")] = cart
    pods[start("db-1", "redis-server", "--bind", "10.1.0.22", "--protected-mode", "no", "--save", "")] = "db-1"
    pods[start("broker-1", "java", "-Xmx64m", "-cp", work, "Broker")] = "broker-1"
    time.sleep(3)
    worker = subprocess.check_output(["pgrep", "-P", str(master)], text=True).split()[0]
    pods[int(worker)] = "front-1"
    return pods


def ask():
    """A client outside, for some seconds."""
    end = time.time() + SECONDS
    n = 0
    while time.time() < end:
        path = "/mail" if n % 8 == 7 else "/" if n % 4 == 3 else f"/items/{n % 7}"
        subprocess.run(["ip", "netns", "exec", name(OUTSIDE), "curl", "-s", "-o", "/dev/null", "--interface", CLIENT,
                        f"http://10.1.0.10{path}"], check=False)
        n += 1


def silo(*flags):
    port = int(PORT)
    start(None, "dotnet", silo_dll, "--port", PORT, "--silo-port", str(port + 1), "--gateway-port", str(port + 2),
          "--node", "recorder", *flags)
    while subprocess.run(["curl", "-sf", "-o", "/dev/null", f"http://127.0.0.1:{PORT}/readyz"]).returncode:
        time.sleep(0.5)
    return started[-1]


def rows(table, more=""):
    script = f"import px\ndf = px.DataFrame('{table}', start_time='-1m')\n{more}px.display(df)"
    text = subprocess.check_output(["dotnet", pxo_dll, "run", "-o", "json", "-e", script], text=True,
                                   env={**os.environ, "PXO_SERVER": f"http://127.0.0.1:{PORT}"})
    return [row for row in map(json.loads, text.splitlines()) if "_tableName_" in row]


def nanoseconds(time_):
    whole, fraction = time_.rstrip("Z").split(".")
    return int(datetime.fromisoformat(whole + "+00:00").timestamp()) * 10**9 + int(fraction.ljust(9, "0"))


def write(table, found, pod_of):
    found = [(pod_of(row), row) for row in found]
    found = [(pod, row) for pod, row in found if pod]
    last = max(nanoseconds(row["time_"]) for _, row in found)
    with open(f"{out}/{table}.ndjson", "w") as f:
        for pod, row in found:
            cells = {k: v for k, v in row.items() if k not in ("_tableName_", "upid", "pod_id", "pod", "pid")}
            cells["time_"] = nanoseconds(row["time_"]) - last
            f.write(json.dumps({"pod": pod, **cells}) + "\n")
    print(table, len(found))


def record(pods):
    by_name = {}
    for row in rows("process_stats", "df.pod = df.ctx['pod']\ndf.pid = px.upid_to_pid(df.upid)\n"
                    "df.pod_id = df.ctx['pod_id']\n"):
        if row["pid"] in pods:
            by_name[row["pod_id"]] = pods[row["pid"]]
    for table in TABLES:
        if table == "network_stats":
            write(table, rows(table), lambda row: by_name.get(row["pod_id"]))
            continue
        found = rows(table, "df.pid = px.upid_to_pid(df.upid)\n")
        if table == "stack_traces.beta":
            found = most_sampled(found)
        write(table, found, lambda row: pods.get(row["pid"]))


def most_sampled(found):
    """Of each process and period the stacks with the most samples."""
    by_process = {}
    for row in found:
        by_process.setdefault(row["pid"], []).append(row)
    return [row for of in by_process.values() for row in sorted(of, key=lambda r: -r["count"])[:MAX_STACKS]]


if __name__ == "__main__":
    os.makedirs(out, exist_ok=True)
    os.makedirs(work, exist_ok=True)
    try:
        connect()
        pods = serve()
        watcher = silo()
        ask()
        record(pods)
        watcher.send_signal(signal.SIGTERM)
        watcher.wait(60)
        silo("--NodeProbe:SyscallHooks=Kprobe")  # on a kernel without kprobes: what an agent says of a failure
        for table in ("probe_status", "stirling_error"):
            write(table, rows(table), lambda row: "front-1")
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(30)
        for pod in [*PODS, OUTSIDE]:
            subprocess.run(["ip", "netns", "del", name(pod)], check=False, stderr=subprocess.DEVNULL)
