using System.Text.Json;
using MongoDB.Bson;
using MongoDB.Driver;
using PixieOrleans.TestKit.Servers;
using PixieOrleans.TestKit.Servers.Databases;

namespace PixieOrleans.EndToEnd.Tests.Mongodb;

/// <summary>mongodb_events of two drivers against what the server logged.</summary>
[Collection(SiloCollection.Name)]
public sealed class MongodbTests(SiloFixture fixture)
{
    private const string Script = """
        import sys
        import pymongo
        client = pymongo.MongoClient('127.0.0.1', int(sys.argv[1]))
        people = client.test.people
        people.insert_many([{'_id': i, 'name': 'name %d' % i} for i in range(50)])
        for i in range(100):
            found = people.find_one({'_id': i})
            assert (found is None) == (i >= 50)
        people.insert_many([{'_id': 1000 + i, 'text': 'x' * 1000} for i in range(200)])
        assert len(list(people.find())) == 250
        try:
            client.test.command('noSuchCommand')
        except pymongo.errors.OperationFailure as error:
            assert error.code == 59
        people.drop()
        client.close()
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_OfPymongo_EqualTheServersLog()
    {
        var python = await Python.RequireAsync("pymongo", "python3-pymongo", Cancel);
        await using var server = await FakeServer.MongoAsync(Cancel);

        await ChildProcess.RunAsync(python, ["-c", Script, $"{server.Port}"], Cancel);

        var rows = await WaitAndCompareAsync(server);
        Assert.Single(rows, row => row.Text("req_cmd") == "noSuchCommand"
            && row.Text("resp_body").Contains(
                "\"errmsg\":\"no such command: 'noSuchCommand'\"", StringComparison.Ordinal));
        Assert.Equal(50, rows.Count(row => row.Text("req_cmd") == "find"
            && row.Text("resp_body").Contains("\"name\":\"name ", StringComparison.Ordinal)
            && row.Text("req_body").Contains("\"filter\":{\"_id\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Rows_OfTheCSharpDriver_EqualTheServersLog()
    {
        await using var server = await FakeServer.MongoAsync(Cancel);
        using (var client = new MongoClient($"mongodb://127.0.0.1:{server.Port}/?directConnection=true"))
        {
            var people = client.GetDatabase("test").GetCollection<BsonDocument>("people");
            await people.InsertManyAsync(
                Enumerable.Range(0, 50).Select(i => new BsonDocument { ["_id"] = i, ["name"] = $"name {i}" }),
                cancellationToken: Cancel);
            var found = await Task.WhenAll(Enumerable.Range(0, 100).Select(i =>
                people.Find(new BsonDocument("_id", i)).ToListAsync(Cancel)));
            Assert.Equal(50, found.Sum(documents => documents.Count));
        }

        var rows = await WaitAndCompareAsync(server);
        Assert.Equal(100, rows.Count(row => row.Text("req_cmd") == "find"
            && row.Text("resp_body").Contains("\"cursor\":", StringComparison.Ordinal)));
    }

    private async Task<IReadOnlyList<EventRow>> WaitAndCompareAsync(FakeServer server)
    {
        // Greetings are no rows; drivers send them whenever they like.
        var log = server.ReadLog()
            .Where(line => line[1].GetString()! is not ("hello" or "ismaster" or "isMaster")).ToArray();
        var table = new TableReader(fixture.Silo.Client, "mongodb_events");
        try
        {
            await table.WaitAsync(server.Port, log.Length, null, Cancel);
        }
        catch (TimeoutException)
        {
            // the comparison tells what is missing
        }

        var rows = await table.ReadAsync(server.Port, Cancel);
        foreach (var port in log.Select(line => line[0].GetInt32()).Distinct())
        {
            AssertCells.Equal(
                [.. log.Where(line => line[0].GetInt32() == port).Select(line => $"{line[1]} {line[2]} {line[4]}")],
                [.. rows.Where(row => row.RemotePort == port).Select(Actual)],
                $"port {port}");
        }

        Assert.Equal(log.Length, rows.Count);
        return rows;
    }

    private static string Actual(EventRow row)
    {
        using var body = JsonDocument.Parse(row.Text("req_body"));
        var first = body.RootElement.GetProperty(row.Text("req_cmd"));
        var went = row.Text("resp_status").Contains("1.0", StringComparison.Ordinal);
        var text = first.ValueKind == JsonValueKind.String ? first.GetString() : "";
        return $"{row.Text("req_cmd")} {text} {(went ? 1 : 0)}";
    }
}
