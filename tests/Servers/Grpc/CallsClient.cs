using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace PixieOrleans.Servers.Grpc;

/// <summary>Makes the calls that all clients make, in the same order.</summary>
internal sealed class CallsClient(Calls.CallsClient calls, CallLog log)
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(ChannelBase channel, bool brief)
    {
        var client = new CallsClient(new Calls.CallsClient(channel), new CallLog("client.log"));
        await (brief ? client.RunBriefAsync() : client.RunAsync());
    }

    private async Task RunBriefAsync()
    {
        await SmallCallsAsync();
        await ClientStreamAsync("client-stream", Several("part", 4));
        await BidiAsync("bidi", Several("say", 3));
        await UnaryAsync("large", "large 40000 " + new string('y', 30_000), Long);
    }

    private async Task SmallCallsAsync()
    {
        for (var i = 0; i < 5; i++)
        {
            await UnaryAsync($"unary-{i}", $"unary {i}", Long);
        }

        await UnaryAsync("fail", "fail", Long);
    }

    private async Task RunAsync()
    {
        await SmallCallsAsync();
        await UnaryAsync("slow", "slow", TimeSpan.FromMilliseconds(300));
        await ServerStreamAsync("count", "count 5", stopAfter: 0);
        await ServerStreamAsync("forever", "forever", stopAfter: 3);
        await ClientStreamAsync("client-stream", Several("part", 4));
        await BidiAsync("bidi", Several("say", 3));
        await UnaryAsync("large", "large 200000 " + new string('y', 100000), Long);
        var gzip = new Metadata.Entry("grpc-internal-encoding-request", "gzip");
        await UnaryAsync("gzip", new string('z', 500), Long, gzip);
    }

    private static StringValue[] Several(string word, int count) =>
        [.. Enumerable.Range(0, count).Select(i => new StringValue { Value = $"{word} {i}" })];

    private async Task UnaryAsync(string id, string text, TimeSpan timeout, params Metadata.Entry[] further)
    {
        var request = new StringValue { Value = text };
        Metadata headers = [new("call-id", id), .. further];
        try
        {
            var response = await calls.UnaryAsync(request, headers, DateTime.UtcNow + timeout);
            log.Write(id, "Unary", StatusCode.OK, [request], [response]);
        }
        catch (RpcException error)
        {
            log.Write(id, "Unary", error.StatusCode, [request], [], error.Status.Detail);
        }
    }

    private async Task ServerStreamAsync(string id, string text, int stopAfter)
    {
        var request = new StringValue { Value = text };
        var received = new List<StringValue>();
        using var cancellation = new CancellationTokenSource();
        using var call = calls.ServerStream(request, [new("call-id", id)], cancellationToken: cancellation.Token);
        var status = StatusCode.OK;
        try
        {
            await foreach (var message in call.ResponseStream.ReadAllAsync())
            {
                received.Add(message);
                if (received.Count == stopAfter)
                {
                    await cancellation.CancelAsync();
                }
            }
        }
        catch (RpcException error)
        {
            status = error.StatusCode;
        }

        log.Write(id, "ServerStream", status, [request], received);
    }

    private async Task ClientStreamAsync(string id, StringValue[] requests)
    {
        using var call = calls.ClientStream([new("call-id", id)]);
        foreach (var request in requests)
        {
            await call.RequestStream.WriteAsync(request);
        }

        await call.RequestStream.CompleteAsync();
        log.Write(id, "ClientStream", StatusCode.OK, requests, [await call.ResponseAsync]);
    }

    private async Task BidiAsync(string id, StringValue[] requests)
    {
        using var call = calls.Bidi([new("call-id", id)]);
        var received = new List<StringValue>();
        foreach (var request in requests)
        {
            await call.RequestStream.WriteAsync(request);
        }

        await call.RequestStream.CompleteAsync();
        await foreach (var response in call.ResponseStream.ReadAllAsync())
        {
            received.Add(response);
        }

        log.Write(id, "Bidi", StatusCode.OK, requests, received);
    }
}
