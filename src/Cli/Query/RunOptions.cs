using System.CommandLine;

namespace PixieOrleans.Cli.Query;

/// <summary>Options and arguments of `pxo run`.</summary>
internal sealed class RunOptions
{
    /// <summary>A number that was not given.</summary>
    private const long None = 0;

    public RunOptions() => Output.AcceptOnlyFromAmong("table", "json", "csv");

    /// <summary>Name of the script and, after --, its arguments.</summary>
    public Argument<string[]> Script { get; } = new("script")
    {
        Description = "Name of a script of the library, then -- and its arguments: -- --pod=shop/cart",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public Option<string?> File { get; } = new("--file", "-f")
    {
        Description = "File of the script, or a folder with one; - is stdin",
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
        Description = "Do not say what the answer is missing, nor warnings of the script",
    };

    private Option<string?> Timeout { get; } = new("--timeout")
    {
        Description = "Deadline of the query: 500ms, 30s, 2m; default the silo's, none for a stream",
    };

    private Option<long> MaxRows { get; } = new("--max-rows") { Description = "Most rows per table" };

    private Option<long> MaxMemory { get; } = new("--max-memory")
    {
        Description = "Most bytes that joins and groups may hold, at each node and in the merge part",
    };

    private Option<bool> Explain { get; } = new("--explain") { Description = "Show the plan too" };

    private Option<bool> Analyze { get; } = new("--analyze")
    {
        Description = "Show the plan and what its operators did",
    };

    public void AddTo(Command command)
    {
        command.Add(Script);
        foreach (var option in (Option[])
            [File, Text, Output, Timeout, MaxRows, MaxMemory, Explain, Analyze, Quiet])
        {
            command.Add(option);
        }
    }

    /// <summary>The request with what the options say about its run.</summary>
    public QueryRequest Complete(QueryRequest request, ParseResult result) => request with
    {
        TimeoutMs = result.GetValue(Timeout) is { } text ? TimeoutText.ParseMs(text) : null,
        MaxRows = Positive(result.GetValue(MaxRows), MaxRows.Name),
        MaxMemoryBytes = Positive(result.GetValue(MaxMemory), MaxMemory.Name),
        Explain = result.GetValue(Explain),
        Analyze = result.GetValue(Analyze),
    };

    private static long? Positive(long value, string name) => value switch
    {
        None => null,
        < None => throw new UsageException($"{name}: {value} is not a positive number"),
        _ => value,
    };
}
