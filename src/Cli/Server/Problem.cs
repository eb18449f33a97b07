using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using PixieOrleans.Cli.Formatting;

namespace PixieOrleans.Cli.Server;

/// <summary>An error answer: problem details (RFC 9457), with errors of the script when it does not compile.</summary>
internal sealed record Problem(string? Title, string? Detail, ScriptError[]? Errors)
{
    private const string BadArguments = "Bad arguments"; // of a script, as the silo titles them

    /// <summary>Reads the body of an error answer; bodies of other servers become the detail.</summary>
    public static Problem Parse(string body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, ServerJson.Default.Problem) ?? new Problem(null, body, null);
        }
        catch (JsonException) // not our silo, or a proxy before it: the text is all there is
        {
            return new Problem(null, body, null);
        }
    }

    /// <summary>The exception that says it.</summary>
    public Exception ToException(int statusCode)
    {
        if (Errors is { Length: > 0 })
        {
            return new ScriptCompilationException(CompileErrorText());
        }

        var text = PrintableText.Escape(FirstText(Detail, Title) ?? $"the silo answered with status {statusCode}");
        return Title == BadArguments ? new UsageException(text) : new ServerException(text);
    }

    private string CompileErrorText()
    {
        var text = new StringBuilder("Script Compilation Failed:");
        foreach (var error in Errors!)
        {
            text.Append('\n').Append(error.ToText());
        }

        return text.ToString();
    }

    private static string? FirstText(params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            if (!string.IsNullOrWhiteSpace(text))
            {
                return text;
            }
        }

        return null;
    }
}

/// <summary>One error of a script; line and column start at 1, 0 when the error belongs to no place.</summary>
internal sealed record ScriptError(int Line, int Column, string Message, string? Code, string? SourceLine)
{
    private const string Indent = "    ";

    /// <summary>Prints warnings, each with its place.</summary>
    public static void WriteWarnings(TextWriter output, ScriptError[]? warnings)
    {
        foreach (var warning in warnings ?? [])
        {
            output.WriteLine("warning:" + warning.ToText());
        }
    }

    /// <summary>"  L2 : C13  message", then the source line and a caret below the column.</summary>
    public string ToText()
    {
        var text = Line > 0 ? $"  L{Line} : C{Column}  {Message}" : $"  {Message}";
        if (string.IsNullOrEmpty(SourceLine) || Column < 1)
        {
            return text;
        }

        // A tab is one column wide here and below, so that the caret stays under its character.
        var source = PrintableText.Escape(SourceLine.Replace('\t', ' '));
        return $"{text}\n{Indent}{source}\n{Indent}{new string(' ', Column - 1)}^";
    }
}

/// <summary>JSON of the API, read without reflection.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(Query.QueryRequest))]
[JsonSerializable(typeof(Query.QueryAnswer))]
[JsonSerializable(typeof(Query.NdjsonEnd))]
[JsonSerializable(typeof(Query.Completeness))]
[JsonSerializable(typeof(Query.ScriptList))]
[JsonSerializable(typeof(Query.Script))]
[JsonSerializable(typeof(ScriptError[]))]
[JsonSerializable(typeof(Query.StreamStart))]
[JsonSerializable(typeof(Query.StreamLoss))]
internal sealed partial class ServerJson : JsonSerializerContext;
