using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace PixieOrleans.Servers.Grpc;

/// <summary>One JSON line per call, with the members that calls.py writes.</summary>
internal sealed class CallLog(string path)
{
    private const int ShownCharacters = 40;
    private const int PrefixBytes = 5;
    private readonly TextWriter _lines = TextWriter.Synchronized(new StreamWriter(path) { AutoFlush = true });

    public void Write(
        string id,
        string method,
        StatusCode status,
        IReadOnlyList<StringValue> requests,
        IReadOnlyList<StringValue> responses,
        string message = "") =>
        _lines.WriteLine(JsonSerializer.Serialize(new
        {
            id,
            path = "/testkit.Calls/" + method,
            status = (int)status,
            message,
            requests = requests.Select(Beginning),
            responses = responses.Select(Beginning),
            requestBytes = requests.Sum(Bytes),
            responseBytes = responses.Sum(Bytes),
        }));

    private static string Beginning(StringValue message) =>
        message.Value[..Math.Min(ShownCharacters, message.Value.Length)];

    private static int Bytes(StringValue message) => PrefixBytes + ((IMessage)message).CalculateSize();
}
