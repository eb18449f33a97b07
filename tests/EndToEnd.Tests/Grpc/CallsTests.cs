using System.Text.Json;
using PixieOrleans.TestKit.Servers;
using PixieOrleans.TestKit.Servers.Grpc;

namespace PixieOrleans.EndToEnd.Tests.Grpc;

/// <summary>Rows of gRPC calls against what client and server logged, for three implementations of each.</summary>
[Collection(SiloCollection.Name)]
public sealed class CallsTests(SiloFixture fixture)
{
    private static readonly string[] Unanswered = ["slow", "forever"]; // what the client gave up
    private static readonly string[] Long = ["large", "gzip"]; // more than a cell shows
    private static readonly string[] Kinds = ["dotnet", "python", "go"];

    public static TheoryData<string, string> Pairs => new(
        from server in Kinds from client in Kinds select (server, client));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Rows_OfAllKindsOfCalls_EqualBothLogs(string serverKind, string clientKind)
    {
        await using var server = await GrpcPeers.ServeAsync(serverKind, Cancel);

        await GrpcPeers.CallAsync(clientKind, server, Cancel);

        var sent = await CallLog.WaitAsync(server.Folder.File("client.log"), GrpcPeers.Calls, Cancel);
        var served = await CallLog.WaitAsync(server.Folder.File("server.log"), GrpcPeers.Calls, Cancel);
        var rows = await new TableReader(fixture.Silo.Client, "http_events")
            .WaitAsync(server.Port, GrpcPeers.Calls, null, Cancel);
        var byId = rows.ToDictionary(row => row.Json("req_headers").GetProperty("call-id").GetString()!);
        Assert.Equal(sent.Keys.Order(), byId.Keys.Order());
        foreach (var (id, call) in sent)
        {
            AssertRequest(call, served[id], byId[id]);
            AssertResponse(call, served[id], byId[id]);
        }
    }

    private static void AssertRequest(LoggedCall call, LoggedCall served, EventRow row)
    {
        Assert.Equal(call.Requests, served.Requests);
        Assert.Equal(
            (2L, 2L, "POST", call.Path),
            (row.Number("major_version"), row.Number("content_type"), row.Text("req_method"), row.Text("req_path")));
        if (call.Id == "gzip")
        {
            Assert.Equal("gzip", Header(row, "req_headers", "grpc-encoding"));
            Assert.InRange(row.Number("req_body_size"), 5, call.RequestBytes - 1);
            Assert.StartsWith($"1: \"{call.Requests[0]}", row.Text("req_body"), StringComparison.Ordinal);
            return;
        }

        Assert.Equal(call.RequestBytes, row.Number("req_body_size"));
        AssertMessages(call.Id, call.Requests, row.Text("req_body"));
    }

    private static void AssertResponse(LoggedCall call, LoggedCall served, EventRow row)
    {
        if (Unanswered.Contains(call.Id))
        {
            AssertGivenUp(call, served, row);
            return;
        }

        Assert.Equal(call.Responses, served.Responses);
        Assert.Equal(call.Status, served.Status);
        Assert.Equal(200, row.Number("resp_status"));
        Assert.Equal($"{call.Status}", Header(row, "resp_headers", "grpc-status"));
        Assert.Equal(call.Message, Uri.UnescapeDataString(Header(row, "resp_headers", "grpc-message") ?? ""));
        if (Header(row, "resp_headers", "grpc-encoding") != "gzip")
        {
            Assert.Equal(call.ResponseBytes, row.Number("resp_body_size"));
        }

        AssertMessages(call.Id, call.Responses, row.Text("resp_body"));
    }

    // The client reset the stream: no trailers, or those that the server had sent by then.
    private static void AssertGivenUp(LoggedCall call, LoggedCall served, EventRow row)
    {
        Assert.NotEqual(0, call.Status);
        Assert.NotEqual("0", Header(row, "resp_headers", "grpc-status"));
        var shown = row.Text("resp_body").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.InRange(shown.Length, call.Responses.Count, Math.Max(call.Responses.Count, served.Responses.Count));
        Assert.Equal(call.Responses.Select(Line), shown.Take(call.Responses.Count));
    }

    private static void AssertMessages(string id, IReadOnlyList<string> texts, string cell)
    {
        if (Long.Contains(id))
        {
            Assert.StartsWith($"1: \"{texts[0]}", cell, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(texts.Select(Line), cell.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
    }

    private static string Line(string text) => $"1: \"{text}\"";

    private static string? Header(EventRow row, string column, string name) =>
        row.Json(column).TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
