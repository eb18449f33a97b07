namespace PixieOrleans.Pxl;

/// <summary>Bounds on what one script may cost; exceeding one is a diagnostic.</summary>
public sealed record CompileLimits
{
    /// <summary>The defaults.</summary>
    public static CompileLimits Default { get; } = new();

    /// <summary>Bytes of UTF-8 of a script. Default 1 MiB.</summary>
    public int ScriptBytes { get; init; } = 1 << 20;

    /// <summary>Tokens of a script. Default 200,000.</summary>
    public int Tokens { get; init; } = 200_000;

    /// <summary>Brackets and blocks within each other. Default 100.</summary>
    public int Nesting { get; init; } = 100;

    /// <summary>Expressions within each other while a script is evaluated, over all calls. Default 800.</summary>
    public int EvaluationDepth { get; init; } = 800;

    /// <summary>Calls of functions within each other. Default 64.</summary>
    public int CallDepth { get; init; } = 64;

    /// <summary>Evaluated expressions and statements. Default 200,000.</summary>
    public int Steps { get; init; } = 200_000;

    /// <summary>Operations on DataFrames. Default 2,000.</summary>
    public int Operators { get; init; } = 2_000;

    /// <summary>Columns of a DataFrame. Default 1,000.</summary>
    public int Columns { get; init; } = 1_000;

    /// <summary>Functions, columns and constants of one column expression. Default 5,000.</summary>
    public int ExpressionNodes { get; init; } = 5_000;

    /// <summary>Calls within each other of one column expression. Default 200.</summary>
    public int ExpressionDepth { get; init; } = 200;

    /// <summary>Characters of one text constant. Default 1 Mi.</summary>
    public int ConstantChars { get; init; } = 1 << 20;

    /// <summary>
    /// Characters of all texts that a script puts together or hands to tracepoints and exports. Default 16 Mi.
    /// </summary>
    public int TextChars { get; init; } = 16 << 20;

    /// <summary>Characters of a column's name that merge gave a suffix. Default 1,024.</summary>
    public int NameChars { get; init; } = 1_024;

    /// <summary>
    /// Characters of the names and constants of a script's operations, and again of its plan. Default 16 Mi.
    /// </summary>
    public int PlanChars { get; init; } = 16 << 20;

    /// <summary>Output tables. Default 200.</summary>
    public int Results { get; init; } = 200;

    /// <summary>Tracepoints and settings that a script changes. Default 100.</summary>
    public int Mutations { get; init; } = 100;

    /// <summary>Diagnostics of one compilation. Default 100.</summary>
    public int Diagnostics { get; init; } = 100;
}
