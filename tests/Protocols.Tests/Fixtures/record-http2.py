#!/usr/bin/python3
"""Records the bytes between real HTTP/2 and gRPC peers into Fixtures/http2; format and proxy as in record-http.py.

Needs nghttp2, apache2, curl, python3-grpcio, dotnet, etcd-server, etcd-client.
Usage: record-http2.py OUTPUT-FOLDER WORK-FOLDER [NAME]
"""
import importlib.machinery, importlib.util, os, sys
from concurrent import futures

import grpc

_path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "record-http.py")
_loader = importlib.machinery.SourceFileLoader("record_http", _path)
_spec = importlib.util.spec_from_loader("record_http", _loader)
h = importlib.util.module_from_spec(_spec)
_loader.exec_module(h)


def nghttpd(port):
    return ["nghttpd", "--no-tls", "--address=127.0.0.1", "-d", h.work + "/www", "--trailer", "x-sum: 12",
            "--push", "/index.html=/data.json", str(port)]


def nghttp_client(u, _):
    h.run("nghttp", u + "/index.html", u + "/data.json", u + "/none")
    h.run("nghttp", "-H", ":method: POST", "-d", h.work + "/www/data.json", u + "/index.html")
    h.run("h2load", "-n", "12", "-c", "1", "-m", "4", u + "/data.json")


def apache(port):
    command = h.apache(port)
    with open(command[-1], "a") as f:
        f.write("LoadModule http2_module /usr/lib/apache2/modules/mod_http2.so\nProtocols h2c http/1.1\n")
    return command


def curl_prior(u, _):
    h.run(*h.curl("--http2-prior-knowledge", u + "/index.html", "-o", "/dev/null", u + "/none",
                  "-o", "/dev/null", u + "/data.json?x=1"))
    h.run(*h.curl("--http2-prior-knowledge", "--compressed", u + "/data.json"))
    h.run(*h.curl("--http2-prior-knowledge", "--head", u + "/data.json"))
    h.run(*h.curl("--http2-prior-knowledge", "-d", "field=a+b%21&other=2", u + "/none"))
    h.run(*h.curl("--http2-prior-knowledge", "-H", "x-long: " + "v" * 20000, u + "/index.html"))


def curl_upgrade(u, _):
    h.run(*h.curl("--http2", u + "/index.html", "-o", "/dev/null", u + "/data.json"))


def text(number, value):
    return bytes([number << 3 | 2, len(value)]) + value


def serve_grpc(port):
    def unary(request, context):
        context.set_trailing_metadata((("x-cost", "7"),))
        return text(1, b"hello " + request[2:]) + b"\x10\x96\x01"

    def fail(request, context):
        context.abort(grpc.StatusCode.NOT_FOUND, "no such thing")

    def many(request, context):
        for i in range(3):
            yield text(1, b"item %d" % i)

    def collect(requests, context):
        return text(2, text(1, b"%d requests" % len(list(requests))) + b"\x1d\x0a\0\0\0")

    def chat(requests, context):
        for request in requests:
            yield request

    kinds = grpc.method_handlers_generic_handler("demo.Greeter", {
        "Hello": grpc.unary_unary_rpc_method_handler(unary),
        "Fail": grpc.unary_unary_rpc_method_handler(fail),
        "Many": grpc.unary_stream_rpc_method_handler(many),
        "Collect": grpc.stream_unary_rpc_method_handler(collect),
        "Chat": grpc.stream_stream_rpc_method_handler(chat),
    })
    server = grpc.server(futures.ThreadPoolExecutor(4))
    server.add_generic_rpc_handlers((kinds,))
    server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    server.wait_for_termination()


def grpc_client(_, port):
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        name = "/demo.Greeter/"
        for who in (b"world", b"a name of more than sixty-four characters that must be cut somewhere before its end"):
            channel.unary_unary(name + "Hello")(text(1, who), metadata=(("x-id", "42"),))
        channel.unary_unary(name + "Hello")(text(1, b"z" * 100), compression=grpc.Compression.Gzip)
        try:
            channel.unary_unary(name + "Fail")(b"")
        except grpc.RpcError:
            pass
        list(channel.unary_stream(name + "Many")(text(1, b"all")))
        channel.stream_unary(name + "Collect")(iter([text(1, b"a"), text(1, b"b")]))
        list(channel.stream_stream(name + "Chat")(iter([text(1, b"ping"), text(1, b"pong")])))


def etcd(port):
    url, peer = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{h.free_port()}"
    return ["etcd", "--data-dir", f"{h.work}/etcd-{port}", "--listen-client-urls", url, "--advertise-client-urls", url,
            "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", "default=" + peer]


def etcd_client(u, _):
    command = ["etcdctl", "--endpoints", u]
    os.environ["ETCDCTL_API"] = "3"
    h.run(*command, "put", "greeting", "hello")
    watch = h.subprocess.Popen([*command, "watch", "greeting"], stdout=h.subprocess.PIPE)
    h.run(*command, "get", "greeting")
    h.time.sleep(1)
    h.run(*command, "put", "greeting", "changed")
    watch.stdout.readline()
    watch.terminate()
    watch.wait(10)


KESTREL = """#:sdk Microsoft.NET.Sdk.Web
#:property PublishAot=false
using Microsoft.AspNetCore.Server.Kestrel.Core;
var builder = WebApplication.CreateBuilder(args);
builder.WebHost.ConfigureKestrel(o => o.ListenLocalhost(PORT, l => l.Protocols = HttpProtocols.Http2));
var app = builder.Build();
app.MapGet("/json", () => new { message = "hello", at = 5 });
app.MapPost("/echo", async (HttpRequest q) => Results.Text(await new StreamReader(q.Body).ReadToEndAsync()));
app.Run();
"""


def dotnet_client(port):
    text = h.DOTNET_CLIENT.replace(
        'Uri("http://127.0.0.1:PORT") };',
        'Uri("http://127.0.0.1:PORT"), DefaultRequestVersion = new Version(2, 0),\n'
        "    DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };")
    return h.write_dotnet(port, text, "client2")


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "serve-grpc":
        serve_grpc(int(sys.argv[2]))
    only = sys.argv[3:]

    def pair(name, *args, **kwargs):
        if not only or name in only:
            h.pair(name, *args, **kwargs)

    curl = h.version("curl", "--version").split(" (")[0]
    ng = h.version("nghttpd", "--version")
    os.makedirs(h.out, exist_ok=True)
    pair("nghttp", f"{ng} with nghttp and h2load", nghttpd, nghttp_client)
    ap = h.version("/usr/sbin/apache2", "-v")
    pair("apache-curl", f"{ap} with {curl}, prior knowledge", apache, curl_prior)
    pair("apache-upgrade", f"{ap} with {curl}, upgrade from HTTP/1.1", apache, curl_upgrade)
    pair("grpc-python", f"gRPC C core {grpc.__version__} through Python",
           lambda p: ["/usr/bin/python3", __file__, "serve-grpc", str(p)], grpc_client, cwd=h.work)
    etcd_version = h.version("etcd", "--version")
    pair("etcd", f"gRPC of Go: {etcd_version} with etcdctl", etcd, etcd_client, cwd=h.work)
    dotnet = h.version("dotnet", "--version")
    pair("kestrel-httpclient", f".NET SDK {dotnet}: Kestrel with HttpClient",
           lambda p: ["dotnet", "run", h.write_dotnet(p, KESTREL, "server2")],
           lambda u, p: h.run("dotnet", "run", dotnet_client(p)), cwd=h.work)
