using System.Text;
using PixieOrleans.TestKit.Servers;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace PixieOrleans.EndToEnd.Tests.Amqp;

/// <summary>Rows of AMQP against the counts of RabbitMQ and its clients.</summary>
[Collection(SiloCollection.Name)]
public sealed class AmqpTests(SiloFixture fixture, RabbitMqFixture rabbit) : IClassFixture<RabbitMqFixture>
{
    private const int Method = 1; // frame types
    private const int Body = 3;

    private static readonly (int, int) StartOk = (10, 11);
    private static readonly (int, int) ChannelClose = (20, 40);
    private static readonly (int, int) QueueDeclare = (50, 10);
    private static readonly (int, int) Publish = (60, 40);
    private static readonly (int, int) Return = (60, 50);
    private static readonly (int, int) Deliver = (60, 60);
    private static readonly (int, int) Get = (60, 70);
    private static readonly (int, int) GetOk = (60, 71);
    private static readonly (int, int) Ack = (60, 80);
    private static readonly (int, int) Nack = (60, 120);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_OfAmqpTools_EqualWhatTheyPrinted()
    {
        string[] server = ["-s", "127.0.0.1", $"--port={rabbit.Server.Port}"];
        var tool = (string name) => Programs.Require(name, "amqp-tools");
        var (publish, get) = (tool("amqp-publish"), tool("amqp-get"));
        await ChildProcess.RunAsync(tool("amqp-declare-queue"), [.. server, "-q", "tools"], Cancel);

        for (var i = 0; i < 10; i++)
        {
            await ChildProcess.RunAsync(publish, [.. server, "-r", "tools", "-b", $"tool message {i}"], Cancel);
        }

        var got = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            got.Add(await ChildProcess.RunAsync(get, [.. server, "-q", "tools"], Cancel));
        }

        var consumed = await ChildProcess.RunAsync(
            tool("amqp-consume"), [.. server, "-q", "tools", "-c", "6", "awk", "1"], Cancel); // a line each
        got.AddRange(consumed.Split('\n', StringSplitOptions.RemoveEmptyEntries));

        var rows = await WaitAsync(20, row => IsBody(row, "tool message"));
        var sent = Enumerable.Range(0, 10).Select(i => $"tool message {i}").ToArray();
        Assert.Equal(sent, got);
        Assert.Equal(sent, Bodies(rows, "req_msg", "tool message").Order());
        Assert.Equal(sent, Bodies(rows, "resp_msg", "tool message").Order());
        Assert.Equal(10, rows.Count(row => Is(row, Publish) && RoutingKey(row) == "tools"));
        var gets = rows.Where(row => Is(row, Get) && row.Json("req_msg").GetProperty("queue").GetString() == "tools");
        Assert.Equal(Enumerable.Repeat(GetOk, 4), gets.Select(Response));
        Assert.All(gets, row => Assert.InRange(row.Number("latency"), 1, 5_000_000_000));
    }

    [Fact]
    public async Task Rows_OfTheDotnetClient_EqualTheCountsOfTheBroker()
    {
        const int Messages = 60;
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true),
            Cancel);
        await channel.QueueDeclareAsync("jobs", exclusive: false, autoDelete: false, cancellationToken: Cancel);

        for (var i = 0; i < Messages; i++)
        {
            var properties = new BasicProperties { ContentType = "text/plain", MessageId = $"id-{i}" };
            await channel.BasicPublishAsync(
                "", "jobs", mandatory: true, properties, Encoding.UTF8.GetBytes($"job {i}"), Cancel);
        }

        var (delivered, refused) = await ConsumeAsync(connection, Messages);

        var counts = await rabbit.Server.CountAsync(
            "jobs",
            stats => stats.GetValueOrDefault("ack") >= Messages && stats.GetValueOrDefault("publish") >= Messages,
            Cancel);
        var rows = await WaitAsync(Messages + delivered, row => IsBody(row, "job "));
        Assert.Equal(counts["publish"], rows.Count(row => Is(row, Publish) && RoutingKey(row) == "jobs"));
        Assert.Equal(counts["deliver"], rows.Count(row => IsDelivery(row, "jobs")));
        Assert.Equal(delivered, counts["deliver"]);
        Assert.Equal(
            counts["redeliver"],
            rows.Count(row => IsDelivery(row, "jobs")
                && row.Json("resp_msg").GetProperty("redelivered").GetBoolean()));
        Assert.Equal(refused, rows.Count(row => Is(row, Nack)));
        Assert.Equal(counts["ack"], rows.Count(row => Is(row, Ack) && row.RemotePort == connection.LocalPort));
        Assert.Equal(Enumerable.Range(0, Messages).Select(i => $"job {i}"), Bodies(rows, "req_msg", "job "));
    }

    [Fact]
    public async Task Rows_OfReturnAndChannelError_HaveTheirReasons()
    {
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancel);
        var returned = new TaskCompletionSource<string>();
        channel.BasicReturnAsync += (_, message) =>
        {
            returned.SetResult(message.ReplyText);
            return Task.CompletedTask;
        };
        await channel.BasicPublishAsync("", "nowhere", mandatory: true, Encoding.UTF8.GetBytes("lost"), Cancel);
        var text = await returned.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancel);

        var error = await Assert.ThrowsAsync<OperationInterruptedException>(
            () => channel.QueueDeclarePassiveAsync("missing", Cancel));

        var rows = await WaitAsync(1, row => Response(row) == ChannelClose);
        var back = rows.Single(row => Response(row) == Return).Json("resp_msg");
        Assert.Equal(
            (312, text), (back.GetProperty("reply_code").GetInt32(), back.GetProperty("reply_text").GetString()));
        var close = rows.Single(row => Response(row) == ChannelClose).Json("resp_msg");
        Assert.Equal(
            ((int)error.ShutdownReason!.ReplyCode, error.ShutdownReason.ReplyText),
            (close.GetProperty("reply_code").GetInt32(), close.GetProperty("reply_text").GetString()));
        Assert.Contains(
            rows, row => Is(row, QueueDeclare) && Response(row) == (0, 0)
                && row.Json("req_msg").GetProperty("queue").GetString() == "missing");
        Assert.All(
            rows.Where(row => Is(row, StartOk)),
            row => Assert.Equal("[REMOVED]", row.Json("req_msg").GetProperty("response").GetString()));
    }

    private static bool Is(EventRow row, (int, int) method) =>
        row.Number("frame_type") == Method
        && ((int)row.Number("req_class_id"), (int)row.Number("req_method_id")) == method;

    private static (int, int) Response(EventRow row) =>
        ((int)row.Number("resp_class_id"), (int)row.Number("resp_method_id"));

    private static bool IsDelivery(EventRow row, string queue) =>
        Response(row) == Deliver && row.Json("resp_msg").GetProperty("routing_key").GetString() == queue;

    private static string? RoutingKey(EventRow row) => row.Json("req_msg").GetProperty("routing_key").GetString();

    private static bool IsBody(EventRow row, string beginning) =>
        row.Number("frame_type") == Body
        && (row.Text("req_msg") + row.Text("resp_msg")).Contains($"\"{beginning}", StringComparison.Ordinal);

    private static IEnumerable<string> Bodies(IEnumerable<EventRow> rows, string column, string beginning) => rows
        .Where(row => row.Number("frame_type") == Body && row.Text(column).Length > 0)
        .Select(row => row.Json(column).GetProperty("body").GetString()!)
        .Where(body => body.StartsWith(beginning, StringComparison.Ordinal));

    // Every tenth message is given back once. Returns how many came and how many were given back.
    private static async Task<(int Delivered, int Refused)> ConsumeAsync(IConnection connection, int messages)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancel);
        await channel.BasicQosAsync(0, 10, false, Cancel);
        var (delivered, refused, acknowledged) = (0, 0, 0);
        var done = new TaskCompletionSource();
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, message) =>
        {
            delivered++;
            if (!message.Redelivered && delivered % 10 == 0)
            {
                refused++;
                await channel.BasicNackAsync(message.DeliveryTag, multiple: false, requeue: true, Cancel);
                return;
            }

            await channel.BasicAckAsync(message.DeliveryTag, multiple: false, Cancel);
            if (++acknowledged == messages)
            {
                done.SetResult();
            }
        };
        await channel.BasicConsumeAsync("jobs", autoAck: false, consumer, Cancel);
        await done.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        return (delivered, refused);
    }

    private async Task<IConnection> ConnectAsync() =>
        await new ConnectionFactory { HostName = "127.0.0.1", Port = rabbit.Server.Port }.CreateConnectionAsync(Cancel);

    private async Task<IReadOnlyList<EventRow>> WaitAsync(int count, Func<EventRow, bool> wanted)
    {
        var events = new TableReader(fixture.Silo.Client, "amqp_events");
        await events.WaitAsync(rabbit.Server.Port, count, wanted, Cancel);
        return await events.ReadAsync(rabbit.Server.Port, Cancel);
    }
}
