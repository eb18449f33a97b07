using System.Text.Json;

namespace PixieOrleans.TestKit.Servers.Grpc;

/// <summary>A gRPC call as one of its ends saw it.</summary>
/// <param name="Id">What the client called it, in the metadata "call-id".</param>
/// <param name="Path">Service and method.</param>
/// <param name="Status">Status code of gRPC.</param>
/// <param name="Message">Text of the status.</param>
/// <param name="Requests">Texts of the messages of the client, their beginnings.</param>
/// <param name="Responses">Texts of the messages of the server, their beginnings.</param>
/// <param name="RequestBytes">Bytes of the client's messages with their prefixes, before compression.</param>
/// <param name="ResponseBytes">Bytes of the server's messages with their prefixes, before compression.</param>
public sealed record LoggedCall(
    string Id,
    string Path,
    int Status,
    string Message,
    IReadOnlyList<string> Requests,
    IReadOnlyList<string> Responses,
    long RequestBytes,
    long ResponseBytes);

/// <summary>Reads the logs of the programs in tests/Servers/Grpc.</summary>
public static class CallLog
{
    private static readonly TimeSpan LogDeadline = TimeSpan.FromSeconds(10);

    /// <summary>Waits for as many calls and returns all, by their ids.</summary>
    public static async Task<IReadOnlyDictionary<string, LoggedCall>> WaitAsync(
        string path, int count, CancellationToken cancellationToken)
    {
        IReadOnlyList<LoggedCall> calls = [];
        await Poll.UntilAsync(
            () => Task.FromResult((calls = Read(path)).Count >= count),
            LogDeadline,
            () => $"{count} calls in {path}, which has {string.Join(' ', calls.Select(call => call.Id))}",
            cancellationToken);
        return calls.ToDictionary(call => call.Id);
    }

    private static LoggedCall[] Read(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        var text = File.ReadAllText(path);
        var complete = text[..(text.LastIndexOf('\n') + 1)];
        return [.. complete.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<LoggedCall>(line, JsonSerializerOptions.Web)!)];
    }
}
