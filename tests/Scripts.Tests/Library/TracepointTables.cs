using System.Text.RegularExpressions;
using PixieOrleans.Model;

namespace PixieOrleans.Scripts.Tests.Library;

/// <summary>Tables that the tracing programs in a script's text fill.</summary>
/// <remarks>
/// All printf calls of a program have the same format: words "column:%conversion". Numbers are Int64 (time_ a time),
/// all else is text.
/// </remarks>
internal static partial class TracepointTables
{
    public static IEnumerable<TableSchema> Of(string script) =>
        from Match upsert in Upsert().Matches(script)
        select new TableSchema(upsert.Groups["table"].Value, "", [.. Columns(FormatOf(script, upsert))]);

    // The program stands before its call, under its own name or as a part of a list.
    private static string FormatOf(string script, Match upsert)
    {
        var definition = script.IndexOf($"\n{upsert.Groups["program"].Value} = ", StringComparison.Ordinal);
        var format = Printf().Match(script, definition);
        return (format.Success ? format : Printf().Match(script)).Groups["format"].Value;
    }

    private static IEnumerable<ColumnSchema> Columns(string format) =>
        from word in format.Split(' ')
        let parts = word.Split(":%")
        let type = parts[1].EndsWith('s') ? DataType.String
            : parts[0] == "time_" ? DataType.Time64Ns
            : DataType.Int64
        select new ColumnSchema(parts[0], type);

    [GeneratedRegex(@"UpsertTracepoint\('\w+', '(?<table>\w+)', (?<program>\w+)")]
    private static partial Regex Upsert();

    [GeneratedRegex("""printf\("(?<format>[^"]*)""")]
    private static partial Regex Printf();
}
