using System.Collections.Immutable;

namespace PixieOrleans.Model.Scripts;

/// <summary>What the user of a script gives.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, such as "PX_STRING" or "PX_POD".</param>
/// <param name="Description">What it is.</param>
/// <param name="Default">Its value when none is given; null when one must be.</param>
/// <param name="ValidValues">The only values; empty when any will do.</param>
public sealed record ScriptVariable(
    string Name, string Type, string Description, string? Default, ImmutableArray<string> ValidValues)
{
    /// <summary>True when a value must be given.</summary>
    public bool IsRequired => Default is null;

    /// <summary>The text for a function's argument.</summary>
    /// <exception cref="ScriptArgumentException">There is no value, or one that is not allowed.</exception>
    public string ValueOf(IReadOnlyDictionary<string, string> given)
    {
        if (!given.TryGetValue(Name, out var value))
        {
            value = Default ?? throw ScriptArgumentException.Missing(Name);
        }
        else if (!ValidValues.IsEmpty && !ValidValues.Contains(value))
        {
            throw new ScriptArgumentException(
                $"'{value}' is not a value of the argument '{Name}': {string.Join(", ", ValidValues)}");
        }

        return Type == "PX_STRING_LIST" && !value.StartsWith('[') ? ToList(value) : value;
    }

    // a,b as the list that the script reads: ['a','b'].
    private static string ToList(string value)
    {
        var items = value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(item => item.Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("'", "\\'", StringComparison.Ordinal));
        return "[" + string.Join(',', items.Select(item => $"'{item}'")) + "]";
    }
}

/// <summary>The values for a script's variables cannot be used; the message says which and why.</summary>
public sealed class ScriptArgumentException(string message) : Exception(message)
{
    /// <summary>A value that must be given is not.</summary>
    public static ScriptArgumentException Missing(string name) => new($"missing required argument : '{name}'");

    /// <summary>A value for a variable that the script does not have.</summary>
    public static ScriptArgumentException Unknown(string name, ImmutableArray<ScriptVariable> variables) => new(
        variables.IsEmpty
            ? $"the script takes no arguments, '{name}' was given"
            : $"the script has no argument '{name}'; it has {string.Join(", ", variables.Select(v => v.Name))}");
}
