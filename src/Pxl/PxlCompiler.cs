using System.Collections.Immutable;
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

        var session = new Session(request);
        if (!Evaluate(module, session, diagnostics))
        {
            return new CompileResult(null, diagnostics.ToImmutable(), settings);
        }

        var plan = BuildPlan(session, settings, diagnostics);
        return new CompileResult(plan, diagnostics.ToImmutable(), settings)
        {
            Mutations = [.. session.Mutations],
            Exports = plan is null ? [] : [.. session.Exports.Select(export => export.Export)],
            VegaSpecs = session.VegaSpecs.ToImmutableDictionary(StringComparer.Ordinal),
        };
    }

    private static bool Evaluate(ModuleSyntax module, Session session, DiagnosticBag diagnostics)
    {
        try
        {
            var evaluator = new Evaluator(session);
            evaluator.Run(module);
            foreach (var function in session.Request.Functions)
            {
                evaluator.RunRequested(function);
            }

            return true;
        }
        catch (CompileException e) // the first error of the evaluation; it ends there
        {
            diagnostics.Add(e.Diagnostic);
            return false;
        }
    }

    private static Plan? BuildPlan(Session session, ScriptSettings settings, DiagnosticBag diagnostics)
    {
        try
        {
            return PlanBuilder.Build(session, settings.MaxOutputRows ?? session.Request.MaxOutputRows, diagnostics);
        }
        catch (CompileException e) // the first error of columns and types
        {
            diagnostics.Add(e.Diagnostic);
            return null;
        }
    }
}
