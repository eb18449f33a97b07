// gRPC for tests, in the same three ways as TestKit's calls.py and calls.go: "serve PORT" logs each call to server.log
// in the working folder, "call PORT" makes the calls that all clients make and logs each to client.log.
using Microsoft.AspNetCore.Server.Kestrel.Core;
using PixieOrleans.Servers.Grpc;

var port = int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture);
if (args[0] == "call")
{
    await CallsClient.RunAsync(port);
    return;
}

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel =>
    kestrel.ListenLocalhost(port, listen => listen.Protocols = HttpProtocols.Http2));
builder.Services.AddGrpc();
builder.Services.AddSingleton(new CallLog("server.log"));
var app = builder.Build();
app.MapGrpcService<CallsServer>();
app.Run();
