using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Compilation;

/// <summary>An output table of a script.</summary>
internal sealed record Output(SourceSpan Span, string Name, Operation Input);

/// <summary>The operations of a script, equal ones only once, and its output tables.</summary>
internal sealed class OperationGraph(CompileLimits limits)
{
    private readonly Dictionary<string, Operation> _byKey = new(StringComparer.Ordinal);
    private readonly List<Operation> _operations = [];
    private readonly List<Output> _outputs = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private int _keyChars;

    /// <summary>Inputs come before their users.</summary>
    public IReadOnlyList<Operation> Operations => _operations;

    public IReadOnlyList<Output> Outputs => _outputs;

    /// <summary>While code of a module runs: where it was called.</summary>
    public ModuleCall? Caller { get; set; }

    /// <summary>Adds an operation, or finds the one that does the same.</summary>
    public Operation Add(Operation operation)
    {
        var key = OperationKey.Of(operation, limits.PlanChars - _keyChars);
        if (_byKey.TryGetValue(key, out var existing))
        {
            return existing;
        }

        if (_operations.Count >= limits.Operators)
        {
            throw new CompileException(
                DiagnosticCodes.Limit,
                operation.Span,
                $"The script has more than {limits.Operators} operations on DataFrames.");
        }

        var added = operation with { Id = _operations.Count, Caller = Caller };
        _operations.Add(added);
        _byKey.Add(key, added);
        _keyChars += key.Length;
        return added;
    }

    /// <summary>Adds an output table; a name that is taken gets "_1", "_2", ... appended.</summary>
    /// <returns>The name it got.</returns>
    public string AddOutput(SourceSpan span, string name, Operation input)
    {
        if (_outputs.Count >= limits.Results)
        {
            throw new CompileException(
                DiagnosticCodes.Limit, span, $"The script has more than {limits.Results} output tables.");
        }

        var unique = name;
        for (var i = 1; !_names.Add(unique); i++)
        {
            unique = $"{name}_{i}";
        }

        _outputs.Add(new Output(span, unique, input));
        return unique;
    }
}
