using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.RegularExpressions;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Tests.Conformance;

public sealed class ConformanceTests
{
    private const long NowNs = 1_700_000_000_000_000_000;

    // The collection does not carry the functions that these requests name.
    private static readonly FrozenDictionary<string, RequestedFunction> Requests =
        new Dictionary<string, RequestedFunction>
        {
            ["ASTVisitorTest.exec_funcs_multiple_returns_not_df#1"] = new("f", [], "out"),
            ["ASTVisitorTest.exec_funcs_must_specify_func_name#1"] = new("", [], "out"),
            ["ASTVisitorTest.exec_funcs_func_not_a_function#1"] = new("f", [], "out"),
            ["ASTVisitorTest.compile_with_exec_funcs#1"] =
                new("f", [new("start_time", "10"), new("name", "latency")], "out"),
            ["ASTVisitorTest.exec_funcs_list_arg#1"] = new("f", [new("cols", "['upid', 'time_']")], "out"),
            ["ASTVisitorTest.exec_funcs_multiple_returns#1"] = new("g", [], "out"),
            ["ASTVisitorTest.compile_with_exec_funcs_and_display#1"] = new("f", [], "out"),
            ["ASTVisitorTest.compile_with_exec_funcs_and_debug#1"] = new("f", [], "out"),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    // Nor the modules that two of its scripts import.
    private static readonly ImmutableDictionary<string, string> Modules = new Dictionary<string, string>
    {
        ["funcs_utils"] = "import px\ndef funcs():\n    return px.DataFrame('http_events')\n",
        ["tmp"] = "value = True\ndef return_bool():\n    return value\n",
    }.ToImmutableDictionary(StringComparer.Ordinal);

    [Fact]
    public void Compile_CasesOfTheCollection_Agree()
    {
        var cases = ConformanceCase.Load();
        Assert.SkipWhen(cases.Count == 0, "the conformance collection is not beside this repository");

        var failures = new List<string>();
        foreach (var item in cases)
        {
            if (Check(item) is { } problem)
            {
                failures.Add($"{item.Id}: {problem}\n{item.Script}");
            }
        }

        Assert.True(failures.Count == 0, string.Join("\n----\n", failures));
    }

    /// <summary>What disagrees with the case, or null.</summary>
    private static string? Check(ConformanceCase item)
    {
        var request = new CompileRequest(item.Schemas, NowNs)
        {
            Modules = Modules,
            Functions = Requests.TryGetValue(item.Id, out var function) ? [function] : [],
        };
        var result = PxlCompiler.Compile(item.Script, request);
        var errors = result.Diagnostics
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .Where(diagnostic => item.Stage == "compile" || !IsOfLaterStage(diagnostic.Code, item.Stage))
            .ToList();
        if (item.Compiles)
        {
            return errors.Count == 0 ? null : "must compile, but: " + errors[0];
        }

        if (errors.Count == 0)
        {
            return "must not compile";
        }

        var missing = item.Messages.FirstOrDefault(
            message => !errors.Exists(error => Regex.IsMatch(error.Message, message)));
        return missing is null ? null : $"no message like \"{missing}\", but: {errors[0]}";
    }

    // In the collection, stage "ast" knows no tables and types, and only "compile" wants an output.
    private static bool IsOfLaterStage(string code, string stage) =>
        code == DiagnosticCodes.NoOutput
        || (stage == "ast" && code is DiagnosticCodes.Table or DiagnosticCodes.Column or DiagnosticCodes.Type);
}
