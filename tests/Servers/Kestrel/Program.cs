// A plain ASP.NET Core server for tests. Argument: the port. Logs requests to access.log in the working folder, in the
// format of TestKit's AccessLog.
using System.Diagnostics;

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls($"http://127.0.0.1:{args[0]}");
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
