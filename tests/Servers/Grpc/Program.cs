// gRPC for tests, in the same three ways as TestKit's calls.py and calls.go: "serve PORT" logs each call to server.log
// in the working folder, "call PORT" makes the calls that all clients make and logs each to client.log, "brief PORT"
// those that end in the same way each time. A file behind the port, with a certificate and its key: over TLS (serve,
// brief).
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using PixieOrleans.Servers.Grpc;

var port = int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture);
var pem = args.Length > 2 ? args[2] : null;
if (args[0] != "serve")
{
    using var handler = new HttpClientHandler
    {
        ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator,
    };
    using var channel = GrpcChannel.ForAddress(
        $"{(pem is null ? "http" : "https")}://127.0.0.1:{port}", new GrpcChannelOptions { HttpHandler = handler });
    await CallsClient.RunAsync(channel, brief: args[0] == "brief");
    return;
}

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseKestrelHttpsConfiguration();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(
    port,
    listen =>
    {
        listen.Protocols = HttpProtocols.Http2;
        if (pem is not null)
        {
            listen.UseHttps(X509Certificate2.CreateFromPemFile(pem, pem));
        }
    }));
builder.Services.AddGrpc();
builder.Services.AddSingleton(new CallLog("server.log"));
var app = builder.Build();
app.MapGrpcService<CallsServer>();
app.Run();
