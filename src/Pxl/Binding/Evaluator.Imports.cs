using System.Collections.Frozen;
using PixieOrleans.Pxl.Binding.Modules;
using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Compilation;
using PixieOrleans.Pxl.Diagnostics;
using PixieOrleans.Pxl.Library;
using PixieOrleans.Pxl.Syntax;

namespace PixieOrleans.Pxl.Binding;

/// <summary>Modules: px, and scripts that the request brings along.</summary>
internal sealed partial class Evaluator
{
    private static readonly FrozenDictionary<string, Func<Session, ModuleValue>> Builtins =
        new Dictionary<string, Func<Session, ModuleValue>>
        {
            [PxModule.Name] = PxModule.Create,
            [TraceModule.Name] = _ => TraceModule.Create(),
            [ConfigModule.Name] = _ => ConfigModule.Create(),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    private PxlValue Import(string name, SourceSpan span)
    {
        if (_modules.TryGetValue(name, out var module))
        {
            return module;
        }

        if (Builtins.TryGetValue(name, out var create))
        {
            module = create(_session);
        }
        else if (_session.Request.Modules.TryGetValue(name, out var script))
        {
            module = RunModule(name, script, span);
        }
        else if (ScriptLibrary.Find(name) is { } library)
        {
            module = RunModule(name, library, span);
        }
        else
        {
            throw new CompileException(
                DiagnosticCodes.Name,
                span,
                $"ModuleNotFoundError: No module named '{name}'",
                Suggestion.For(name, [.. Builtins.Keys, .. ScriptLibrary.Names, .. _session.Request.Modules.Keys]));
        }

        _modules[name] = module;
        return module;
    }

    private ModuleValue RunModule(string name, string script, SourceSpan span)
    {
        var diagnostics = new DiagnosticBag(1);
        var syntax = Parser.ParseModule(script, _session.Limits, diagnostics);
        if (diagnostics.HasErrors)
        {
            throw new CompileException(
                DiagnosticCodes.Syntax, span, $"Module '{name}': {diagnostics.ToImmutable()[0]}");
        }

        var outer = _scope;
        EnterCall(span);
        _scope = new Scope(_globals);
        InModule(name, span, () =>
        {
            Run(syntax);
            return NoneValue.Instance;
        });
        var module = new ModuleValue(name, _scope.Own);
        _scope = outer;
        _callDepth--;
        return module;
    }

    /// <summary>
    /// Runs code of a module. What is wrong in there is told at the place of the script that led to it.
    /// </summary>
    private PxlValue InModule(string name, SourceSpan span, Func<PxlValue> code)
    {
        var (outerModule, outerCaller) = (_module, _session.Graph.Caller);
        _module = name;
        _session.Graph.Caller ??= new ModuleCall(name, span);
        try
        {
            return code();
        }
        catch (CompileException e) when (outerModule is null)
        {
            throw new CompileException(_session.Graph.Caller.Move(e.Diagnostic));
        }
        finally
        {
            (_module, _session.Graph.Caller) = (outerModule, outerCaller);
        }
    }

    private void ImportNames(FromImportSyntax import)
    {
        var module = (ModuleValue)Import(import.Module, import.Span);
        foreach (var name in import.Names)
        {
            _scope.Bind(name.Alias, ModuleAttribute(module, name.Name, name.Span));
        }
    }

    private static PxlValue ModuleAttribute(ModuleValue module, string name, SourceSpan span)
    {
        if (module.Attributes.TryGetValue(name, out var value))
        {
            return value;
        }

        if (module.Name == PxModule.Name && name == PxModule.PluginName)
        {
            throw new CompileException(
                DiagnosticCodes.NotAvailable, span, "'px.plugin' is there only when a plugin runs the script.");
        }

        throw new CompileException(
            DiagnosticCodes.Name,
            span,
            $"'{module.Name}' object has no attribute '{name}'",
            Suggestion.For(name, module.Attributes.Keys));
    }
}
