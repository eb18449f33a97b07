#!/usr/bin/env python3
"""Records the bytes between real HTTP clients and servers into Fixtures/http.

A proxy on loopback forwards unchanged and notes every chunk in the order seen. One file per pair: comment lines
with the origin, then "> BASE64" (from the client) and "< BASE64" (from the server); "=" starts a new connection.
Needs nginx, apache2, node, dotnet, curl. Usage: record-http.py OUTPUT-FOLDER WORK-FOLDER
"""
import json, os, socket, subprocess, sys, time, urllib.request

from recording_proxy import RecordingProxy

out, work = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
os.makedirs(work + "/www", exist_ok=True)
with open(work + "/www/index.html", "w") as f:
    f.write("<html>" + "lorem ipsum " * 200 + "</html>\n")
with open(work + "/www/data.json", "w") as f:
    f.write('{"items":[' + ",".join('{"id":%d}' % i for i in range(300)) + "]}\n")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_port(port):
    deadline = time.time() + 60
    while time.time() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"nothing listens on {port}")


def version(*command):
    r = subprocess.run(command, capture_output=True, text=True)
    return (r.stdout + r.stderr).strip().splitlines()[0]


def nginx(port):
    conf = f"""daemon off; worker_processes 1; pid {work}/n.pid; error_log {work}/n.err; events {{}}
user root;
http {{ access_log {work}/n.access; client_body_temp_path {work}/t1; proxy_temp_path {work}/t2;
fastcgi_temp_path {work}/t3; uwsgi_temp_path {work}/t4; scgi_temp_path {work}/t5; gzip on; gzip_min_length 100;
types {{ text/html html; application/json json; }} gzip_types application/json;
server {{ listen 127.0.0.1:{port}; root {work}/www; location /hi {{ return 200 "hi\\n"; }} }} }}"""
    open(work + "/n.conf", "w").write(conf)
    return ["/usr/sbin/nginx", "-c", work + "/n.conf"]


SHOP = """
default_type application/json;
location = /healthz { default_type text/plain; return 200 "ok\\n"; }
location = /items/3 { return 500 '{"error":"out of stock"}'; }
location /items/ { return 200 '{"item":"$uri","price":7}'; }
location = /mail { return 202 '{"queued":true}'; }
location / { default_type text/html; return 200 "<html>welcome</html>"; }
"""


def shop(port):
    command = nginx(port)
    conf = open(work + "/n.conf").read()
    at = conf.index("location /hi")
    open(work + "/n.conf", "w").write(conf[:at] + SHOP + "} }")
    return command


def apache(port):
    modules = "/usr/lib/apache2/modules"
    load = "\n".join(f"LoadModule {m}_module {modules}/mod_{m}.so"
                     for m in ("mpm_event", "authz_core", "mime", "filter", "deflate", "dir"))
    conf = f"""ServerName localhost
PidFile {work}/a.pid
ErrorLog {work}/a.err
Listen 127.0.0.1:{port}
{load}
TypesConfig /etc/mime.types
DocumentRoot {work}/www
AddOutputFilterByType DEFLATE text/html application/json
<Directory {work}/www>
Require all granted
</Directory>
"""
    open(work + "/a.conf", "w").write(conf)
    return ["/usr/sbin/apache2", "-DFOREGROUND", "-f", work + "/a.conf"]


NODE = """
const http = require('http');
http.createServer((q, s) => {
  if (q.url === '/echo') { s.setHeader('Content-Type', 'application/json'); q.pipe(s); return; }
  s.setHeader('Set-Cookie', ['a=1', 'b=2']); s.setHeader('Content-Type', 'text/plain; charset=utf-8');
  s.write('first '); setTimeout(() => s.end('second \\u00e9'), 50);
}).listen(PORT, '127.0.0.1');
"""
NODE_CLIENT = """
(async () => {
  const u = 'http://127.0.0.1:PORT';
  for (const p of ['/a', '/b?x=1']) await (await fetch(u + p)).text();
  await (await fetch(u + '/echo', {method: 'POST', body: JSON.stringify({name: 'x'.repeat(50)}),
    headers: {'content-type': 'application/json'}})).text();
  process.exit(0);
})();
"""
KESTREL = """#:sdk Microsoft.NET.Sdk.Web
#:property PublishAot=false
var app = WebApplication.CreateBuilder(args).Build();
app.MapGet("/json", () => new { message = "hello", at = 5 });
app.MapPost("/echo", async (HttpRequest q) => Results.Text(await new StreamReader(q.Body).ReadToEndAsync()));
app.Run("http://127.0.0.1:PORT");
"""
DOTNET_CLIENT = """#:property PublishAot=false
using System.Net.Http.Json;
using var http = new HttpClient { BaseAddress = new Uri("http://127.0.0.1:PORT") };
await http.GetStringAsync("/json");
await (await http.PostAsync("/echo", new StringContent("plain text"))).Content.ReadAsStringAsync();
await (await http.PostAsync("/echo", JsonContent.Create(new { a = 1 }))).Content.ReadAsStringAsync();
(await http.GetAsync("/missing")).Dispose();
"""


def curl(*args):
    return ["curl", "-s", "-o", "/dev/null", *args]


def pair(name, origin, server, clients, cwd=None):
    port = free_port()
    command = server(port)
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_port(port)
        recorder = RecordingProxy(port)
        clients(f"http://127.0.0.1:{recorder.port}", recorder.port)
        recorder.save(f"{out}/{name}.txt", origin)
    finally:
        process.terminate()
        process.wait(20)


def run(*command):
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, timeout=120)


def node_file(text, port, name):
    path = f"{work}/{name}"
    open(path, "w").write(text.replace("PORT", str(port)))
    return path


def curl_client(u, _):
    run(*curl(u + "/hi", "-o", "/dev/null", u + "/index.html", "-o", "/dev/null", u + "/none"))
    run(*curl("--head", u + "/index.html", "-o", "/dev/null", u + "/data.json"))
    run(*curl("--compressed", u + "/data.json", "-o", "/dev/null", u + "/index.html"))
    run(*curl("-d", "field=a+b%21&other=2", u + "/hi"))
    run(*curl("-r", "0-9", u + "/index.html"))
    run(*curl("-0", u + "/index.html"))


def shop_client(u, _):
    """Connections: a front end asks two carts for items, a browser asks the front end, which sends a mail."""
    def traced(n):
        return ["-H", f"traceparent: 00-{n // 4:032x}-{n:016x}-01"]

    def ask(n):
        path = "/healthz" if n % 12 == 0 else f"/items/{n % 7}"
        body = ["-d", json.dumps({"quantity": n})] if n % 4 == 1 else []
        return [*traced(n), "-H", "Content-Type: application/json", *body, u + path]

    for cart in (0, 1):
        run(*chain([ask(n) for n in range(48) if (n % 3 == 0) == (cart == 1)]))
    run(*chain([[*traced(n), u + "/"] for n in range(0, 48, 4)]))
    mail = ["-H", "Content-Type: application/json", "-d", json.dumps({"to": "ann@example.com", "text": "thanks"})]
    run(*chain([[*traced(n), *mail, u + "/mail"] for n in range(0, 48, 8)]))


def chain(requests):
    """One curl, one connection, a request behind the other."""
    command = []
    for request in requests:
        command += ["--next", "-s", "-o", "/dev/null", *request]
    return ["curl", *command[1:]]


def python_client(u, _):
    for p in ("/index.html", "/data.json"):
        urllib.request.urlopen(u + p).read()


def write_dotnet(port, text, name):
    folder = f"{work}/{name}"
    os.makedirs(folder, exist_ok=True)
    return node_file(text, port, f"{name}/{name}.cs")


if __name__ == "__main__":
    os.makedirs(out, exist_ok=True)
    curl_version = version("curl", "--version").split(" (")[0]
    pair("nginx-curl", f"{version('/usr/sbin/nginx', '-v')} with {curl_version}", nginx, curl_client)
    pair("apache-curl", f"{version('/usr/sbin/apache2', '-v')} with {curl_version}", apache, curl_client)
    pair("shop", f"{version('/usr/sbin/nginx', '-v')} with {curl_version}", shop, shop_client)
    py = version(sys.executable, "--version")
    pair("python-urllib", f"{py} http.server with urllib", lambda p: [
        sys.executable, "-m", "http.server", str(p), "--bind", "127.0.0.1", "-d", work + "/www"], python_client)
    node = version("node", "--version")
    pair("node-fetch", f"node {node} http with its fetch",
         lambda p: ["node", node_file(NODE, p, "server.js")],
         lambda u, p: run("node", node_file(NODE_CLIENT, p, "client.js")))
    dotnet = version("dotnet", "--version")
    pair("kestrel-httpclient", f".NET SDK {dotnet}: Kestrel with HttpClient",
         lambda p: ["dotnet", "run", write_dotnet(p, KESTREL, "server")],
         lambda u, p: run("dotnet", "run", write_dotnet(p, DOTNET_CLIENT, "client")), cwd=work)
