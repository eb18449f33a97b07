// gRPC for tests on its C core, which contains BoringSSL: "serve PORT [PEM]", "call PORT [PEM]" and "brief PORT [PEM]"
// as tests/Servers/Grpc does them.
using Grpc.Core;
using PixieOrleans.Servers.Grpc;
using Calls = PixieOrleans.Servers.Grpc.Calls;

var port = int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture);
var pem = args.Length > 2 ? await File.ReadAllTextAsync(args[2]) : null;
if (args[0] == "serve")
{
    var server = new Server
    {
        Services = { Calls.BindService(new CallsServer(new CallLog("server.log"))) },
        Ports =
        {
            new ServerPort("127.0.0.1", port, pem is null
                ? ServerCredentials.Insecure
                : new SslServerCredentials([new KeyCertificatePair(pem, pem)])),
        },
    };
    server.Start();
    await server.ShutdownTask;
}

var channel = new Channel("127.0.0.1", port, pem is null ? ChannelCredentials.Insecure : new SslCredentials(pem));
await CallsClient.RunAsync(channel, brief: args[0] == "brief");
await channel.ShutdownAsync();
