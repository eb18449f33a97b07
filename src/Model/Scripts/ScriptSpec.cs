using System.Collections.Immutable;
using System.Text.Json;

namespace PixieOrleans.Model.Scripts;

/// <summary>What a script's vis.json says: its variables, and the functions to run with them.</summary>
/// <param name="Variables">What the user gives.</param>
/// <param name="Calls">Functions to run: those that widgets share, then those of single widgets.</param>
/// <param name="Widgets">What is shown, in order.</param>
public sealed record ScriptSpec(
    ImmutableArray<ScriptVariable> Variables, ImmutableArray<ScriptCall> Calls, ImmutableArray<ScriptWidget> Widgets)
{
    /// <summary>Reads vis.json; what this does not know, such as the look of a widget, is for those who draw.</summary>
    /// <exception cref="FormatException">Not the JSON of a specification; the message says where.</exception>
    public static ScriptSpec Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions
            {
                CommentHandling = JsonCommentHandling.Skip,
                AllowTrailingCommas = true,
            });
            return Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException("vis.json cannot be read: " + e.Message, e);
        }
    }

    /// <summary>The calls with the values of the variables in place.</summary>
    /// <param name="given">Values by name; a variable without one has its default.</param>
    /// <exception cref="ScriptArgumentException">A value is missing, unknown or not allowed.</exception>
    public ImmutableArray<BoundCall> Bind(IReadOnlyDictionary<string, string> given)
    {
        foreach (var name in given.Keys)
        {
            if (!Variables.Any(variable => variable.Name == name))
            {
                throw ScriptArgumentException.Unknown(name, Variables);
            }
        }

        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in Variables)
        {
            values[variable.Name] = variable.ValueOf(given);
        }

        return [.. Calls.Select(call => Bind(call, values))];
    }

    private static BoundCall Bind(ScriptCall call, Dictionary<string, string> values)
    {
        var arguments = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>(call.Arguments.Length);
        foreach (var argument in call.Arguments)
        {
            var value = argument.Variable is not { } variable ? argument.Value
                : values.TryGetValue(variable, out var found) ? found
                : throw new ScriptArgumentException(
                    $"the argument '{argument.Name}' of {call.Function} is the variable '{variable}', which vis.json "
                    + "does not declare");
            arguments.Add(new KeyValuePair<string, string>(argument.Name, value));
        }

        return new BoundCall(call.Function, arguments.MoveToImmutable(), call.Output);
    }

    private static ScriptSpec Read(JsonElement root)
    {
        var calls = ImmutableArray.CreateBuilder<ScriptCall>();
        foreach (var shared in List(root, "globalFuncs"))
        {
            calls.Add(ReadCall(shared.GetProperty("func"), Text(shared, "outputName") ?? ""));
        }

        var widgets = ImmutableArray.CreateBuilder<ScriptWidget>();
        foreach (var widget in List(root, "widgets"))
        {
            var name = Text(widget, "name") is { Length: > 0 } given ? given : $"widget_{widgets.Count}";
            var table = Text(widget, "globalFuncOutputName") is { Length: > 0 } output ? output : name;
            widgets.Add(new ScriptWidget(name, table));
            if (widget.TryGetProperty("func", out var function))
            {
                calls.Add(ReadCall(function, table));
            }
        }

        return new ScriptSpec(
            [.. List(root, "variables").Select(ReadVariable)], calls.ToImmutable(), widgets.ToImmutable());
    }

    private static ScriptVariable ReadVariable(JsonElement variable) => new(
        variable.GetProperty("name").GetString()!,
        Text(variable, "type") ?? "PX_STRING",
        Text(variable, "description") ?? "",
        DefaultOf(variable),
        [.. List(variable, "validValues").Select(value => value.GetString()!)]);

    // A text, or as older files have it {"value": "text"}.
    private static string? DefaultOf(JsonElement variable) =>
        variable.TryGetProperty("defaultValue", out var value) && value.ValueKind == JsonValueKind.Object
            ? Text(value, "value")
            : Text(variable, "defaultValue");

    private static ScriptCall ReadCall(JsonElement function, string output) => new(
        function.GetProperty("name").GetString()!,
        [.. List(function, "args").Select(argument => new ScriptCallArgument(
            argument.GetProperty("name").GetString()!,
            Text(argument, "value") ?? "",
            Text(argument, "variable") is { Length: > 0 } variable ? variable : null))],
        output);

    private static JsonElement[] List(JsonElement element, string name) =>
        element.TryGetProperty(name, out var list) && list.ValueKind != JsonValueKind.Null
            ? [.. list.EnumerateArray()]
            : [];

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value.GetString()
            : null;
}

/// <summary>A function to run.</summary>
/// <param name="Function">Its name in the script.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Output">Name of the result table.</param>
public sealed record ScriptCall(string Function, ImmutableArray<ScriptCallArgument> Arguments, string Output);

/// <summary>An argument of a function: a value, or a variable.</summary>
/// <param name="Name">Name of the parameter.</param>
/// <param name="Value">The value when there is no variable.</param>
/// <param name="Variable">Name of the variable, or null.</param>
public sealed record ScriptCallArgument(string Name, string Value, string? Variable);

/// <summary>A function to run with all its values.</summary>
/// <param name="Function">Its name in the script.</param>
/// <param name="Arguments">Values by the parameters' names.</param>
/// <param name="Output">Name of the result table.</param>
public sealed record BoundCall(
    string Function, ImmutableArray<KeyValuePair<string, string>> Arguments, string Output);

/// <summary>Something that shows a table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Table">Name of the table it shows.</param>
public sealed record ScriptWidget(string Name, string Table);
