using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Binding.DataFrames;

/// <summary>Methods whose names are taken and that are not available yet.</summary>
internal static class LaterMethods
{
    /// <summary>A method that takes any arguments and fails when it is called.</summary>
    public static BuiltinFunction Bind(string name) => new(
        name,
        [.. Enumerable.Range(0, 8).Select(i => new BuiltinParameter($"arg{i}", NoneValue.Instance))],
        call => throw new CompileException(
            DiagnosticCodes.NotAvailable,
            call.Span,
            $"The dataframe method '{name}' is not available yet.",
            $"df['{name}'] names a column"),
        takesKeywords: true);
}
