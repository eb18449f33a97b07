namespace PixieOrleans.Pxl.Diagnostics;

/// <summary>Whether a diagnostic stops the compilation.</summary>
public enum DiagnosticSeverity
{
    /// <summary>There is no plan.</summary>
    Error,

    /// <summary>There is a plan; something in the script is probably not meant.</summary>
    Warning,
}

/// <summary>A place in a script: line and column start at 1, columns count UTF-16 code units, a tab is one.</summary>
public readonly record struct SourceSpan(int Line, int Column, int Length = 1);

/// <summary>Something to tell the author of a script.</summary>
/// <param name="Code">One of <see cref="DiagnosticCodes"/>; stable, unlike the message.</param>
/// <param name="Severity">Whether it stops the compilation.</param>
/// <param name="Span">Where.</param>
/// <param name="Message">What, in Pixie's words where Pixie has some.</param>
/// <param name="Hint">A suggestion such as "did you mean 'latency'?", or null.</param>
public sealed record Diagnostic(
    string Code, DiagnosticSeverity Severity, SourceSpan Span, string Message, string? Hint = null)
{
    /// <summary>The line a command-line client prints: "L2 : C13  message".</summary>
    public override string ToString() => $"L{Span.Line} : C{Span.Column}  {Message}";
}
