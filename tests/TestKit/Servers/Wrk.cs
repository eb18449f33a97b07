using System.Globalization;

namespace PixieOrleans.TestKit.Servers;

/// <summary>Result of a load run.</summary>
/// <param name="Requests">Requests with a complete response.</param>
/// <param name="Errors">Responses other than 2xx and 3xx, failed connections, time-outs.</param>
/// <param name="P50">Median latency.</param>
/// <param name="P99">99th percentile of the latency.</param>
/// <param name="Elapsed">From the first request to the last response.</param>
public sealed record LoadResult(long Requests, long Errors, TimeSpan P50, TimeSpan P99, TimeSpan Elapsed)
{
    /// <summary>Completed requests per second.</summary>
    public double Rate => Requests / Elapsed.TotalSeconds;
}

/// <summary>Closed-loop load by wrk: every connection sends its next request when it has its answer.</summary>
public static class Wrk
{
    private const string Script = """
        local thread_count = 0
        function setup(thread)
          thread:set('id', thread_count)
          thread_count = thread_count + 1
        end
        local sent = 0
        function request()
          sent = sent + 1
          return wrk.format(nil, wrk.path .. '?r=' .. id .. '.' .. sent)
        end
        function done(summary, latency, requests)
          local e = summary.errors
          io.write(string.format('RESULT %d %d %d %d %d\n', summary.requests,
            e.connect + e.read + e.write + e.status + e.timeout,
            latency:percentile(50), latency:percentile(99), summary.duration))
        end
        """;

    /// <summary>Runs wrk with a path of its own for each request: the given path and "?r=thread.number".</summary>
    public static async Task<LoadResult> RunAsync(
        Uri address, int connections, TimeSpan duration, CancellationToken cancellationToken)
    {
        var wrk = Programs.Require("wrk", "wrk");
        using var folder = new TempFolder();
        string[] arguments =
        [
            "-t1", $"-c{connections}", $"-d{(int)duration.TotalSeconds}s",
            "-s", folder.Write("paths.lua", Script), address.ToString(),
        ];
        var output = await ChildProcess.RunAsync(wrk, arguments, cancellationToken);
        var result = output.Split('\n').Single(line => line.StartsWith("RESULT ", StringComparison.Ordinal));
        var numbers = Array.ConvertAll(result.Split(' ')[1..], text => long.Parse(text, CultureInfo.InvariantCulture));
        return new LoadResult(numbers[0], numbers[1], Us(numbers[2]), Us(numbers[3]), Us(numbers[4]));
    }

    private static TimeSpan Us(long microseconds) => TimeSpan.FromMicroseconds(microseconds);
}
