using System.Globalization;

namespace PixieOrleans.TestKit.Servers;

/// <summary>One request as the server itself logged it.</summary>
/// <param name="Method">Request method.</param>
/// <param name="Path">Request target with its query.</param>
/// <param name="Status">Response status.</param>
/// <param name="BodyBytes">Bytes of the response body.</param>
/// <param name="Duration">Time from the request to the end of the response.</param>
/// <param name="RemotePort">Port of the client.</param>
/// <param name="RequestBodyBytes">Bytes of the request body.</param>
public sealed record AccessLogRow(
    string Method, string Path, int Status, long BodyBytes, TimeSpan Duration, int RemotePort, long RequestBodyBytes);

/// <summary>An access log in the one format that all test servers write.</summary>
/// <remarks>
/// Per line, with tabs between: method, path, status, body bytes, duration, remote port, request body bytes. A number
/// that the server does not know is empty or "-".
/// </remarks>
public sealed class AccessLog(string path, TimeSpan durationUnit)
{
    private const int FieldCount = 7;

    /// <summary>All complete lines so far.</summary>
    public IReadOnlyList<AccessLogRow> Read()
    {
        if (!File.Exists(path))
        {
            return [];
        }

        var text = File.ReadAllText(path);
        var complete = text[..(text.LastIndexOf('\n') + 1)];
        return [.. complete.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];
    }

    /// <summary>Number of complete lines so far.</summary>
    public int Count() => File.Exists(path) ? File.ReadLines(path).Count() : 0;

    /// <summary>Waits until the log has this many lines: servers log after the client has its answer.</summary>
    public async Task<IReadOnlyList<AccessLogRow>> WaitAsync(int count, CancellationToken cancellationToken)
    {
        await Poll.UntilAsync(
            () => Task.FromResult(Count() >= count),
            TimeSpan.FromSeconds(10),
            () => $"{count} lines in {path}, which has {Count()}",
            cancellationToken);
        return Read();
    }

    private AccessLogRow Parse(string line)
    {
        var fields = line.Split('\t');
        if (fields.Length != FieldCount)
        {
            throw new FormatException($"{path}: not {FieldCount} fields: {line}");
        }

        return new AccessLogRow(
            fields[0],
            fields[1],
            (int)Number(fields[2]),
            (long)Number(fields[3]),
            Number(fields[4]) * durationUnit,
            (int)Number(fields[5]),
            long.TryParse(fields[6], CultureInfo.InvariantCulture, out var length) ? length : 0); // the client's text
    }

    private static double Number(string field) =>
        field is "" or "-" ? 0 : double.Parse(field, CultureInfo.InvariantCulture);
}
