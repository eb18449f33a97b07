using PixieOrleans.TestKit.Servers;
using PixieOrleans.TestKit.Servers.Databases;
using StackExchange.Redis;

namespace PixieOrleans.EndToEnd.Tests.Redis;

/// <summary>redis_events against what Redis itself says that it did.</summary>
[Collection(SiloCollection.Name)]
public sealed class RedisTests(SiloFixture fixture)
{
    private const string PythonScript = """
        import sys, threading
        import redis
        client = redis.Redis(port=int(sys.argv[1]))
        listener = client.pubsub(ignore_subscribe_messages=False)
        listener.subscribe('news', 'sport')
        listener.psubscribe('n*')
        for _ in range(3):
            assert listener.get_message(timeout=5)
        assert client.publish('news', 'hello') == 2
        for _ in range(2):
            assert listener.get_message(timeout=5)['data'] == b'hello'
        listener.unsubscribe()
        for _ in range(2):
            assert listener.get_message(timeout=5)
        listener.close()
        with client.pipeline(transaction=True) as pipe:
            pipe.set('a', 1).incr('a').get('a')
            assert pipe.execute() == [True, 2, b'2']
        with client.pipeline(transaction=False) as pipe:
            for i in range(500):
                pipe.rpush('list', 'item %d' % i)
            pipe.execute()
        assert len(client.lrange('list', 0, -1)) == 500
        client.close()
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("-P", "1")]
    [InlineData("-P", "16")]
    public async Task Rows_OfRedisBenchmark_EqualWhatMonitorShows(params string[] options)
    {
        await using var server = await RedisServer.StartAsync(Cancel);
        var benchmark = Programs.Require("redis-benchmark", "redis-tools");

        await ChildProcess.RunAsync(
            benchmark,
            ["-p", $"{server.Port}", "-q", "-n", "300", "-c", "4", "-r", "100",
            "-t", "set,get,incr,hset,zadd,lrange_100",
                .. options],
            Cancel);

        var rows = await new RedisRows(fixture.Silo.Client, server).WaitAndCompareAsync(Cancel);
        Assert.All(rows, row => Assert.InRange(row.Number("latency"), 1, 10_000_000_000));
        Assert.InRange(rows.Count(row => row.Text("req_cmd") == "LRANGE"), 300, 300 + (4 * 16)); // whole pipelines
    }

    [Fact]
    public async Task Rows_OfRedisCli_ShowCommandsAndReplies()
    {
        await using var server = await RedisServer.StartAsync(Cancel);

        await server.CliAsync(
            """
            SET k "two words"
            GET k
            HSET h f1 v1 f2 v2
            MULTI
            INCR n
            HGETALL h
            EXEC
            HELLO 3
            HGETALL h
            EVAL "return redis.call('get', KEYS[1])" 1 k
            LPUSH k x
            NOSUCH a
            """,
            Cancel);

        var rows = await new RedisRows(fixture.Silo.Client, server).WaitAndCompareAsync(Cancel);
        Assert.Equal(
            [
                ("SET", "OK"),
                ("GET", "two words"),
                ("HSET", "2"),
                ("MULTI", "OK"),
                ("INCR", "QUEUED"),
                ("HGETALL", "QUEUED"),
                ("EXEC", """["1",["f1","v1","f2","v2"]]"""),
                ("HGETALL", """{"f1":"v1","f2":"v2"}"""),
                ("EVAL", "two words"),
                ("LPUSH", "-WRONGTYPE Operation against a key holding the wrong kind of value"),
                ("NOSUCH", "-ERR unknown command 'NOSUCH', with args beginning with: 'a' "),
            ],
            rows.Where(row => row.Text("req_cmd") is not ("COMMAND DOCS" or "HELLO"))
                .Select(row => (row.Text("req_cmd"), row.Text("resp"))));
    }

    [Fact]
    public async Task Rows_OfRedisPy_ShowSubscriptionsTransactionsAndPipelines()
    {
        await using var server = await RedisServer.StartAsync(Cancel);
        var python = await Python.RequireAsync("redis", "python3-redis", Cancel);

        await ChildProcess.RunAsync(python, ["-c", PythonScript, $"{server.Port}"], Cancel);

        var rows = await new RedisRows(fixture.Silo.Client, server).WaitAndCompareAsync(Cancel);
        Assert.Equal(
            ["""["message","news","hello"]""", """["pmessage","n*","news","hello"]"""],
            rows.Where(row => row.Text("req_cmd") == "PUSH PUB").Select(row => row.Text("resp")).Order());
        Assert.Equal(
            Enumerable.Range(1, 500).Select(i => $"{i}"),
            rows.Where(row => row.Text("req_cmd") == "RPUSH").Select(row => row.Text("resp")));
    }

    [Theory]
    [InlineData(RedisProtocol.Resp2)]
    [InlineData(RedisProtocol.Resp3)]
    public async Task Rows_OfStackExchangeRedis_EqualWhatMonitorShows(RedisProtocol protocol)
    {
        await using var server = await RedisServer.StartAsync(Cancel);
        var options = new ConfigurationOptions { EndPoints = { { "127.0.0.1", server.Port } }, Protocol = protocol };
        await using (var redis = await ConnectionMultiplexer.ConnectAsync(options))
        {
            var database = redis.GetDatabase();
            var heard = new TaskCompletionSource<string>();
            await redis.GetSubscriber().SubscribeAsync(
                RedisChannel.Literal("news"), (_, message) => heard.TrySetResult($"{message}"));
            await Task.WhenAll(Enumerable.Range(0, 300).Select(i => database.StringSetAsync($"key {i}", $"value {i}")));
            Assert.Equal("value 7", await database.StringGetAsync("key 7"));
            await database.HashSetAsync("h", [new("a", 1), new("b", "zwölf")]);
            await database.HashGetAllAsync("h");
            await redis.GetSubscriber().PublishAsync(RedisChannel.Literal("news"), "hello");
            Assert.Equal("hello", await heard.Task.WaitAsync(Cancel));
        }

        var rows = await new RedisRows(fixture.Silo.Client, server).WaitAndCompareAsync(Cancel);
        Assert.Equal(300, rows.Count(row => row.Text("req_cmd") == "SET" && row.Text("resp") == "OK"));
        Assert.Single(rows, row => row.Text("req_cmd") == "PUSH PUB"
            && row.Text("resp") == """["message","news","hello"]""");
        Assert.Single(rows, row => row.Text("req_cmd") == "HGETALL" && row.Text("resp") == (
            protocol == RedisProtocol.Resp3 ? """{"a":"1","b":"zwölf"}""" : """["a","1","b","zwölf"]"""));
    }
}
