using System.CommandLine;
using PixieOrleans.Replay;

namespace PixieOrleans.Cli.Replays;

/// <summary>Options and arguments of `pxo replay`.</summary>
internal sealed class ReplayCommandOptions
{
    private const long None = 0;
    private const long MinTableBytes = 16 << 20;

    public ReplayCommandOptions() => Output.AcceptOnlyFromAmong("table", "json", "csv");

    /// <summary>The capture.</summary>
    public Argument<string> Capture { get; } = new("capture") { Description = "File of the capture; - is stdin" };

    /// <summary>Name of the script and, after --, its arguments.</summary>
    public Argument<string[]> Script { get; } = new("script")
    {
        Description = "Name of a script of the library, then -- and its arguments: -- --start_time=-1h",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public Option<string?> File { get; } = new("--file", "-f")
    {
        Description = "File of the script, or a folder with one",
    };

    public Option<string?> Text { get; } = new("--execute", "-e")
    {
        Description = "Text of the script",
        HelpName = "script",
    };

    public Option<string> Output { get; } = new("--output", "-o")
    {
        Description = "table, json (one object per row and line) or csv",
        DefaultValueFactory = _ => "table",
    };

    public Option<bool> Quiet { get; } = new("--quiet", "-q")
    {
        Description = "No progress, no warnings, nothing about what is missing",
    };

    private Option<long> MaxRows { get; } = new("--max-rows") { Description = "Most rows per table; default 10,000" };

    private Option<long> TableBytes { get; } = new("--table-bytes")
    {
        Description = "Memory of the tables; beyond, the oldest rows go; default 512 MiB",
    };

    public void AddTo(Command command)
    {
        command.Add(Capture);
        command.Add(Script);
        foreach (var option in (Option[])[File, Text, Output, MaxRows, TableBytes, Quiet])
        {
            command.Add(option);
        }
    }

    /// <summary>Most rows per table; null for the default.</summary>
    public long? MaxRowsOf(ParseResult result) => result.GetValue(MaxRows) switch
    {
        None => null,
        < None => throw new UsageException($"{MaxRows.Name}: not a positive number"),
        var rows => rows,
    };

    /// <summary>Bounds of the replay.</summary>
    public ReplayOptions ToReplayOptions(ParseResult result) => result.GetValue(TableBytes) switch
    {
        None => new ReplayOptions(),
        < MinTableBytes => throw new UsageException($"{TableBytes.Name}: less than {MinTableBytes} bytes"),
        var bytes => new ReplayOptions { TableBytes = bytes },
    };
}
