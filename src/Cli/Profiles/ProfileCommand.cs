using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using PixieOrleans.Cli.Formatting;
using PixieOrleans.Cli.Server;
using PixieOrleans.Cli.Terminals;

namespace PixieOrleans.Cli.Profiles;

/// <summary>`pxo profile`: what the CPUs ran, as a file for people or for other tools.</summary>
internal sealed class ProfileCommand
{
    private const string CompletenessHeader = "Pxo-Completeness";
    private const string SamplesHeader = "Pxo-Samples";

    private const string Description = """
        Show what the CPUs ran, as the profiler sampled it, or where threads waited.

        Examples:
          pxo profile                                  a line per stack and its samples, of the last 5 minutes
          pxo profile --service nginx -o nginx.svg     a flame graph, for a browser
          pxo profile --start -1h --end -30m -o a.pb.gz    for go tool pprof a.pb.gz
          pxo profile -o a.speedscope.json             for www.speedscope.app
          pxo profile --off-cpu -o waits.svg           time off the CPU, in microseconds
        """;

    private readonly Option<string> _start = new("--start")
    {
        Description = "Since when: -5m, or a time such as 2026-11-22T18:00:00Z",
        DefaultValueFactory = _ => "-5m",
        HelpName = "time",
    };

    private readonly Option<string?> _end = new("--end") { Description = "Until when; default now", HelpName = "time" };
    private readonly Option<string?> _node = new("--node") { Description = "Only this node", HelpName = "name" };
    private readonly Option<string?> _pod = new("--pod") { Description = "Only pods with this in their names" };
    private readonly Option<string?> _service = new("--service")
    {
        Description = "Only services with this in their names",
    };

    private readonly Option<string?> _format = new("--format", "-f")
    {
        Description = "folded, pprof, svg or speedscope; default by the file's name: .svg, .pb.gz, .json, else folded",
    };

    private readonly Option<int?> _hz = new("--hz")
    {
        Description = "NodeProbe:ProfilerHz of the nodes; with it pprof has CPU time beside samples",
    };

    private readonly Option<bool> _offCpu = new("--off-cpu")
    {
        Description = "Where threads waited, in microseconds, instead of what ran; nodes need NodeProbe:ProfileOffCpu",
    };

    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "File to write",
        HelpName = "file",
    };

    /// <summary>The sub-command.</summary>
    public static Command Create(Terminal terminal, Func<ParseResult, SiloClient> connect)
    {
        var options = new ProfileCommand();
        options._format.AcceptOnlyFromAmong("folded", "pprof", "svg", "speedscope");
        var command = new Command("profile", Description)
        {
            options._start, options._end, options._node, options._pod, options._service, options._format, options._hz,
            options._offCpu, options._output,
        };
        command.SetAction((result, cancellationToken) =>
            options.RunAsync(result, terminal, connect, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(
        ParseResult result,
        Terminal terminal,
        Func<ParseResult, SiloClient> connect,
        CancellationToken cancellationToken)
    {
        var file = result.GetValue(_output);
        var format = result.GetValue(_format) ?? FormatOf(file);
        if (format == "pprof" && file is null)
        {
            throw new UsageException("a profile for pprof is binary: name a file with --output");
        }

        using var client = connect(result);
        using var response = await client.ProfileAsync(PathOf(result, format), cancellationToken);
        if (file is null)
        {
            terminal.Out.Write(await response.Content.ReadAsStringAsync(cancellationToken));
        }
        else
        {
            await SaveAsync(response, file, cancellationToken);
        }

        Report(response, terminal, result.GetValue(_offCpu));
        return ExitCodes.Ok;
    }

    private static string FormatOf(string? file) => file switch
    {
        null => "folded",
        _ when file.EndsWith(".svg", StringComparison.Ordinal) => "svg",
        _ when file.EndsWith(".pb.gz", StringComparison.Ordinal) => "pprof",
        _ when file.EndsWith(".json", StringComparison.Ordinal) => "speedscope",
        _ => "folded",
    };

    private string PathOf(ParseResult result, string format)
    {
        var path = new StringBuilder($"/api/v1/profile?format={format}");
        foreach (var (name, value) in new[]
        {
            ("start", result.GetValue(_start)), ("end", result.GetValue(_end)), ("node", result.GetValue(_node)),
            ("pod", result.GetValue(_pod)), ("service", result.GetValue(_service)),
            ("hz", result.GetValue(_hz)?.ToString(CultureInfo.InvariantCulture)),
            ("offCpu", result.GetValue(_offCpu) ? "true" : null),
        })
        {
            if (!string.IsNullOrEmpty(value))
            {
                path.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            }
        }

        return path.ToString();
    }

    private static async Task SaveAsync(HttpResponseMessage response, string file, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken); // whole, or no file
        await File.WriteAllBytesAsync(file, body, cancellationToken);
    }

    private static void Report(HttpResponseMessage response, Terminal terminal, bool isOffCpu)
    {
        var samples = HeaderOf(response, SamplesHeader);
        terminal.Error.WriteLine((samples, isOffCpu) switch
        {
            ("0", false) => "no samples: see perf_profiler in pxo status, or ask for a longer time (--start)",
            ("0", true) => "no waits: set NodeProbe:ProfileOffCpu, or ask for a longer time (--start)",
            (_, false) => $"{PrintableText.Escape(samples ?? "unknown")} samples",
            _ => $"{PrintableText.Escape(samples ?? "unknown")} microseconds off the CPU",
        });
        if (HeaderOf(response, CompletenessHeader) is { } json
            && JsonSerializer.Deserialize(json, ServerJson.Default.Completeness)?.ToText() is { } missing)
        {
            terminal.Error.WriteLine(PrintableText.Escape(missing));
        }
    }

    private static string? HeaderOf(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.First() : null;
}
