using System.Collections.Immutable;

namespace PixieOrleans.Pxl.Diagnostics;

/// <summary>Collects diagnostics up to a bound; what comes later is counted.</summary>
internal sealed class DiagnosticBag(int capacity)
{
    private readonly List<Diagnostic> _items = [];
    private int _dropped;

    public bool HasErrors => _items.Exists(item => item.Severity == DiagnosticSeverity.Error);

    public bool IsFull => _items.Count >= capacity;

    public void Add(Diagnostic diagnostic)
    {
        if (IsFull)
        {
            _dropped++;
        }
        else
        {
            _items.Add(diagnostic);
        }
    }

    public void Error(string code, SourceSpan span, string message, string? hint = null) =>
        Add(new Diagnostic(code, DiagnosticSeverity.Error, span, message, hint));

    /// <summary>In order of place; the last one tells how many more there were.</summary>
    public ImmutableArray<Diagnostic> ToImmutable()
    {
        var sorted = _items.OrderBy(item => item.Span.Line).ThenBy(item => item.Span.Column).ToList();
        if (_dropped > 0)
        {
            sorted.Add(new Diagnostic(
                DiagnosticCodes.Limit, DiagnosticSeverity.Warning, sorted[^1].Span, $"{_dropped} more not shown."));
        }

        return [.. sorted];
    }
}
