namespace PixieOrleans.Pxl.Diagnostics;

/// <summary>Ends evaluation or one statement's parsing at its first error; never leaves the compiler.</summary>
internal sealed class CompileException(Diagnostic diagnostic) : Exception(diagnostic.Message)
{
    public CompileException(string code, SourceSpan span, string message, string? hint = null)
        : this(new Diagnostic(code, DiagnosticSeverity.Error, span, message, hint))
    {
    }

    public Diagnostic Diagnostic { get; } = diagnostic;
}
