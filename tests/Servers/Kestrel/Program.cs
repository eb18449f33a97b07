// A plain ASP.NET Core server for tests. Arguments: the port; a file with a certificate and its key for TLS, or "-";
// "http2" to speak nothing else. Logs requests to access.log in the working folder, in the format of TestKit's
// AccessLog.
// With the arguments "client VERSION ADDRESS (METHOD PATH BYTES)…" it asks for these instead, one after the other.
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;

if (args[0] == "client")
{
    using var handler = new HttpClientHandler
    {
        ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator,
    };
    using var client = new HttpClient(handler) { BaseAddress = new Uri(args[2]) };
    foreach (var part in args.Skip(3).Chunk(3))
    {
        using var request = new HttpRequestMessage(new HttpMethod(part[0]), part[1])
        {
            Version = Version.Parse(args[1]),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        var bytes = int.Parse(part[2], CultureInfo.InvariantCulture);
        request.Content = bytes > 0 ? new ByteArrayContent([.. Enumerable.Repeat((byte)'x', bytes)]) : null;
        using var answer = await client.SendAsync(request);
        await answer.Content.ReadAsByteArrayAsync();
    }

    return;
}

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseKestrelHttpsConfiguration();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(
    int.Parse(args[0], CultureInfo.InvariantCulture),
    listen =>
    {
        if (args.Length > 2 && args[2] == "http2")
        {
            listen.Protocols = HttpProtocols.Http2;
        }

        if (args.Length > 1 && args[1] != "-")
        {
            listen.UseHttps(X509Certificate2.CreateFromPemFile(args[1], args[1]));
        }
    }));
var app = builder.Build();
var log = TextWriter.Synchronized(new StreamWriter("access.log", append: true) { AutoFlush = true });

app.Use(async (context, next) =>
{
    var started = Stopwatch.GetTimestamp();
    context.Response.OnCompleted(() =>
    {
        var (request, response) = (context.Request, context.Response);
        object[] row =
        [
            request.Method,
            $"{request.Path}{request.QueryString}",
            response.StatusCode,
            response.ContentLength ?? 0,
            Stopwatch.GetElapsedTime(started).TotalSeconds,
            context.Connection.RemotePort,
            request.ContentLength ?? 0,
        ];
        log.WriteLine(string.Join('\t', row));
        return Task.CompletedTask;
    });
    await next(context);
});
app.MapGet("/size/{bytes:int}", (int bytes) => Results.Text(new string('x', bytes)));
app.MapGet("/status/{code:int}", (int code) => Results.Text("hi\n", statusCode: code));
app.MapGet("/slow/{milliseconds:int}", async (int milliseconds, CancellationToken cancellationToken) =>
{
    using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(milliseconds));
    await timer.WaitForNextTickAsync(cancellationToken);
    return Results.Text("hi\n");
});
app.MapPost("/echo", async (HttpRequest request) =>
{
    using var reader = new StreamReader(request.Body);
    return Results.Text(await reader.ReadToEndAsync());
});
app.MapGet("/{**path}", () => Results.Text("hi\n"));
app.Run();
