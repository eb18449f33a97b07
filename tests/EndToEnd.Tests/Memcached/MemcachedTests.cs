using PixieOrleans.TestKit.Servers;
using PixieOrleans.TestKit.Servers.Databases;

namespace PixieOrleans.EndToEnd.Tests.Memcached;

/// <summary>memcached_events against the counters of the server, and against what was sent.</summary>
[Collection(SiloCollection.Name)]
public sealed class MemcachedTests(SiloFixture fixture)
{
    private const string PythonScript = """
        import sys
        from pymemcache.client.base import Client
        client = Client(('127.0.0.1', int(sys.argv[1])), no_delay=True)
        for i in range(100):
            client.set('key%d' % i, 'value %d' % i, noreply=i % 2 == 0)
            assert client.get('key%d' % i) == b'value %d' % i
        assert len(client.get_many(['key%d' % i for i in range(90, 110)])) == 10
        assert client.get('none') is None
        client.set('number', '5', noreply=False)
        assert client.incr('number', 3) == 8
        assert client.decr('number', 1) == 7
        assert client.incr('none', 1) is None
        assert client.delete('key1', noreply=False) and not client.delete('key1', noreply=False)
        assert client.touch('key2', 60, noreply=False)
        value, cas = client.gets('key3')
        assert client.cas('key3', 'changed', cas) and not client.cas('key3', 'again', cas)
        assert client.add('key4', 'x', noreply=False) is False
        client.close()
        """;

    // Of 200 values of a thousand bytes: the server sends the answer in one call, more than is taken of one.
    private const string LargeScript = """
        import sys
        from pymemcache.client.base import Client
        client = Client(('127.0.0.1', int(sys.argv[1])), no_delay=True)
        keys = ['large%d' % i for i in range(200)]
        for key in keys:
            client.set(key, key * 100, noreply=False)
        for i in range(3):
            assert len(client.get_many(keys)) == 200
            assert client.get('large7') == b'large7' * 100
        client.set('huge', 'h' * 3000000, noreply=False)
        assert len(client.get('huge')) == 3000000
        assert client.get('large8') == b'large8' * 100
        client.close()
        """;

    private static readonly string[] Storing = ["set", "add", "replace", "append", "prepend", "cas"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_OfPymemcache_AddUpToTheServersCounters()
    {
        await using var server = await MemcachedServer.StartAsync(Cancel);
        var python = await Python.RequireAsync("pymemcache", "python3-pymemcache", Cancel);

        await ChildProcess.RunAsync(python, ["-c", PythonScript, $"{server.Port}"], Cancel);

        var rows = await WaitAndCompareAsync(server);
        Assert.Single(rows, row => row.Text("req_cmd") == "incr" && row.Text("resp_body") == "8");
        Assert.Single(rows, row => row.Text("resp_status") == "PARTIAL" && row.Number("resp_items") == 10);
        Assert.All(
            rows.Where(row =>
                row.Text("req_cmd") == "get" && row.Text("req_key") != "none" && row.Number("req_keys") == 1),
            row => Assert.Equal($"value {row.Text("req_key")[3..]}", row.Text("resp_body")));
    }

    [Theory]
    [InlineData("get", "--binary")]
    [InlineData("set", "--binary")]
    [InlineData("mget", "--binary")]
    [InlineData("get", "--tcp-nodelay")]
    [InlineData("set", "--noreply")]
    [InlineData("mget", "--tcp-nodelay")]
    public async Task Rows_OfMemcslap_AddUpToTheServersCounters(string test, string option)
    {
        await using var server = await MemcachedServer.StartAsync(Cancel);

        await RunMemcslapAsync(server, test, option, test == "mget" ? 10 : 100);

        await WaitAndCompareAsync(server);
    }

    [Theory]
    [InlineData("--binary")]
    [InlineData("--tcp-nodelay")]
    public async Task Rows_OfAnswersLongerThanIsTakenOfACall_ClaimNoMiss(string option)
    {
        await using var server = await MemcachedServer.StartAsync(Cancel);

        await RunMemcslapAsync(server, "mget", option, 100); // 100 values of 2 kB at once

        var stats = await server.ReadStatsAsync(Cancel);
        var table = new TableReader(fixture.Silo.Client, "memcached_events");
        await table.WaitAsync(server.Port, 1, row => row.Text("req_cmd") == "stats", Cancel);
        var rows = (await table.ReadAsync(server.Port, Cancel)).Where(row => row.Text("req_cmd") == "get").ToArray();
        Assert.Equal(stats["cmd_get"], rows.Sum(row => row.Number("req_keys")));
        Assert.InRange(rows.Sum(row => row.Number("resp_items")), 1, stats["get_hits"]);
        Assert.DoesNotContain(rows, row => row.Text("resp_status") is "MISS" or "PARTIAL");
    }

    [Fact]
    public async Task Rows_OfTextAndMetaCommands_ShowKeysValuesAndAnswers()
    {
        await using var server = await MemcachedServer.StartAsync(Cancel);

        await server.SendAsync(
            "set a 7 0 5\r\nhello\r\nget a b\r\nms m 2\r\nhi\r\nmg m v\r\nmg none v\r\nmd m\r\nverbosity\r\nquit\r\n",
            Cancel);

        var table = new TableReader(fixture.Silo.Client, "memcached_events");
        var rows = await table.WaitAsync(server.Port, 7, row => row.Text("req_cmd") != "quit", Cancel);
        Assert.Equal(
            [
                ("set", "a", "hello", "STORED", ""),
                ("get", "a b", "", "PARTIAL", """{"a":"hello"}"""),
                ("ms", "m", "hi", "STORED", ""),
                ("mg", "m", "", "HIT", "hi"),
                ("mg", "none", "", "MISS", ""),
                ("md", "m", "", "DELETED", ""),
                ("verbosity", "", "", "ERROR", ""),
            ],
            rows.Select(row => (row.Text("req_cmd"), row.Text("req_key"), row.Text("req_body"), row.Text("resp_status"),
                row.Text("resp_body"))));
    }

    [Fact]
    public async Task Rows_OfLargeAnswers_GoOnAfterThem()
    {
        await using var server = await MemcachedServer.StartAsync(Cancel);
        var python = await Python.RequireAsync("pymemcache", "python3-pymemcache", Cancel);

        await ChildProcess.RunAsync(python, ["-c", LargeScript, $"{server.Port}"], Cancel);

        var table = new TableReader(fixture.Silo.Client, "memcached_events");
        var rows = await table.WaitAsync(server.Port, 209, row => row.Text("req_cmd") is "set" or "get", Cancel);
        Assert.Equal(201, rows.Count(row => row.Text("req_cmd") == "set" && row.Text("resp_status") == "STORED"));
        Assert.Equal(3, rows.Count(row => row.Text("req_key") == "large7" && row.Text("resp_status") == "HIT"));
        Assert.Single(rows, row => row.Text("req_key") == "huge" && row.Number("resp_body_size") == 3_000_000);
        Assert.Single(rows, row => row.Text("req_key") == "large8" && row.Text("resp_status") == "HIT");
    }

    private async Task<IReadOnlyList<EventRow>> WaitAndCompareAsync(MemcachedServer server)
    {
        var stats = await server.ReadStatsAsync(Cancel);
        var table = new TableReader(fixture.Silo.Client, "memcached_events");
        // The last of all commands.
        await table.WaitAsync(server.Port, 1, row => row.Text("req_cmd") == "stats", Cancel);
        var rows = await table.ReadAsync(server.Port, Cancel);
        var reading = rows.Where(row => row.Text("req_cmd") is "get" or "gets").ToArray();
        long Count(string command, params string[] statuses) =>
            rows.Count(row => row.Text("req_cmd") == command && statuses.Contains(row.Text("resp_status")));
        (string, long)[] counted =
        [
            ("cmd_get", reading.Sum(row => row.Number("req_keys"))),
            ("get_hits", reading.Sum(row => row.Number("resp_items"))),
            ("cmd_set", rows.Count(row => Storing.Contains(row.Text("req_cmd")))),
            ("cmd_touch", rows.Count(row => row.Text("req_cmd") == "touch")),
            ("delete_hits", Count("delete", "DELETED")),
            ("delete_misses", Count("delete", "NOT_FOUND")),
            ("incr_hits", Count("incr", "OK")),
            ("incr_misses", Count("incr", "NOT_FOUND")),
            ("decr_hits", Count("decr", "OK")),
            ("cas_hits", Count("cas", "STORED")),
            ("cas_badval", Count("cas", "EXISTS")),
        ];
        Assert.Equal(counted.Select(count => (count.Item1, stats[count.Item1])), counted);
        return rows;
    }

    private static async Task RunMemcslapAsync(MemcachedServer server, string test, string option, int count)
    {
        var memcslap = Programs.Require("memcslap", "libmemcached-tools");
        string[] load =
            ["--concurrency=2", $"--execute-number={count}", $"--initial-load={count / 2}", $"--test={test}"];
        await ChildProcess.RunAsync(memcslap, [$"--servers=127.0.0.1:{server.Port}", option, .. load], Cancel);
    }
}
