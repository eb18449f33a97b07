using System.Text;
using PixieOrleans.Plans;
using PixieOrleans.Pxl.Binding;
using PixieOrleans.Pxl.Compilation;
using PixieOrleans.Pxl.Diagnostics;
using PixieOrleans.Pxl.Syntax;

namespace PixieOrleans.Pxl;

/// <summary>Compiles PxL scripts to plans.</summary>
public static class PxlCompiler
{
    private static readonly SourceSpan Start = new(1, 1);

    /// <summary>Compiles a script. Whatever is wrong with it is a diagnostic; there are no exceptions.</summary>
    public static CompileResult Compile(string script, CompileRequest request)
    {
        var diagnostics = new DiagnosticBag(request.Limits.Diagnostics);
        if (Encoding.UTF8.GetByteCount(script) > request.Limits.ScriptBytes)
        {
            diagnostics.Error(
                DiagnosticCodes.Limit, Start, $"The script has more than {request.Limits.ScriptBytes} bytes.");
            return new CompileResult(null, diagnostics.ToImmutable(), new ScriptSettings());
        }

        var settings = ScriptSettingsReader.Read(script, diagnostics);
        var module = Parser.ParseModule(script, request.Limits, diagnostics);
        if (diagnostics.HasErrors)
        {
            return new CompileResult(null, diagnostics.ToImmutable(), settings);
        }

        var plan = BuildPlan(module, request, settings, diagnostics);
        return new CompileResult(plan, diagnostics.ToImmutable(), settings);
    }

    private static Plan? BuildPlan(
        ModuleSyntax module, CompileRequest request, ScriptSettings settings, DiagnosticBag diagnostics)
    {
        try
        {
            var session = new Session(request);
            var evaluator = new Evaluator(session);
            evaluator.Run(module);
            foreach (var function in request.Functions)
            {
                evaluator.RunRequested(function);
            }

            return PlanBuilder.Build(
                session.Graph, request, settings.MaxOutputRows ?? request.MaxOutputRows, diagnostics);
        }
        catch (CompileException e) // the first error of the evaluation; it ends there
        {
            diagnostics.Add(e.Diagnostic);
            return null;
        }
    }
}
