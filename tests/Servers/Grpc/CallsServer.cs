using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace PixieOrleans.Servers.Grpc;

/// <summary>Answers the calls.</summary>
internal sealed class CallsServer(CallLog log) : Calls.CallsBase
{
    private const string Refusal = "refused: 50 % off";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public override async Task<StringValue> Unary(StringValue request, ServerCallContext context)
    {
        var words = request.Value.Split(' ');
        if (words[0] == "fail")
        {
            log.Write(IdOf(context), nameof(Unary), StatusCode.InvalidArgument, [request], [], Refusal);
            throw new RpcException(new Status(StatusCode.InvalidArgument, Refusal));
        }

        if (words[0] == "slow")
        {
            var cancelled = new TaskCompletionSource();
            using var registration = context.CancellationToken.Register(cancelled.SetResult);
            await cancelled.Task;
            log.Write(IdOf(context), nameof(Unary), StatusCode.Cancelled, [request], []);
            throw new RpcException(new Status(StatusCode.Cancelled, ""));
        }

        var response = new StringValue
        {
            Value = words[0] == "large"
                ? new string('x', int.Parse(words[1], CultureInfo.InvariantCulture))
                : request.Value,
        };
        log.Write(IdOf(context), nameof(Unary), StatusCode.OK, [request], [response]);
        return response;
    }

    public override async Task ServerStream(
        StringValue request, IServerStreamWriter<StringValue> responseStream, ServerCallContext context)
    {
        var words = request.Value.Split(' ');
        var count = words[0] == "count" ? int.Parse(words[1], CultureInfo.InvariantCulture) : int.MaxValue;
        var sent = new List<StringValue>();
        using var timer = new PeriodicTimer(Pause);
        try
        {
            while (sent.Count < count)
            {
                var response = new StringValue { Value = $"item {sent.Count}" };
                await responseStream.WriteAsync(response, context.CancellationToken);
                sent.Add(response);
                if (count == int.MaxValue)
                {
                    await timer.WaitForNextTickAsync(context.CancellationToken);
                }
            }
        }
        catch (OperationCanceledException) // by the client
        {
        }

        var status = count == int.MaxValue ? StatusCode.Cancelled : StatusCode.OK;
        log.Write(IdOf(context), nameof(ServerStream), status, [request], sent);
    }

    public override async Task<StringValue> ClientStream(
        IAsyncStreamReader<StringValue> requestStream, ServerCallContext context)
    {
        var received = new List<StringValue>();
        await foreach (var request in requestStream.ReadAllAsync())
        {
            received.Add(request);
        }

        var response = new StringValue { Value = $"got {received.Count}" };
        log.Write(IdOf(context), nameof(ClientStream), StatusCode.OK, received, [response]);
        return response;
    }

    public override async Task Bidi(
        IAsyncStreamReader<StringValue> requestStream,
        IServerStreamWriter<StringValue> responseStream,
        ServerCallContext context)
    {
        var received = new List<StringValue>();
        await foreach (var request in requestStream.ReadAllAsync())
        {
            received.Add(request);
            await responseStream.WriteAsync(request);
        }

        log.Write(IdOf(context), nameof(Bidi), StatusCode.OK, received, received);
    }

    private static string IdOf(ServerCallContext context) => context.RequestHeaders.GetValue("call-id")!;
}
