using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using PixieOrleans.Model;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Functions;
using PixieOrleans.Pxl.Binding.Modules;
using PixieOrleans.Pxl.Binding.Values;

namespace PixieOrleans.Pxl.Tests.Documents;

/// <summary>Writes docs/pxl/functions.md from the catalogs that the compiler and the engine use.</summary>
internal static partial class FunctionReference
{
    private const string Head = """
        # Functions of PxL
        Scripts call these as `px.name`. This file is written from the catalogs of the program; to write it again, run
        the tests of the compiler with `PXO_UPDATE_GOLDENS=1`.

        A call fits an overload only if its types are exactly these: there is no conversion, not even of INT64 to
        FLOAT64. **!** marks an argument that has to be a constant of the script. *Runs* is empty for a function that
        is computed wherever its rows are, *node* for one that needs the node of the rows, *merge* for one that needs
        what is known of the whole cluster; after an aggregation over several nodes a function of nodes cannot be
        called. *Result is* tells the meaning that a result has for displays, such as a duration or the name of a pod.

        """;

    private const string CompileTimeHead = """

        ## Computed while the script is compiled
        Their arguments have to be constants, except where expressions are named.

        | function | what it does |
        |---|---|

        """;

    private const string ScalarHead = """

        ## One value per row

        | function | overloads | runs | result is | what it does |
        |---|---|---|---|---|

        """;

    private const string AggregateHead = """

        ## One value per group: for `agg`
        All but those marked *not partial* are computed on every node first, so that nodes send one row per group.

        | function | overloads | result is | what it does |
        |---|---|---|---|

        """;

    private const string TableHead = """

        ## Tables
        These yield a DataFrame. *Runs* is *merge* for tables that come once, *node* for tables to which every node
        adds its rows. Arguments are constants.

        | function | arguments | runs | columns | what it does |
        |---|---|---|---|---|

        """;

    private static readonly Dictionary<string, string> CompileTime = new(StringComparer.Ordinal)
    {
        ["display"] = "Shows a DataFrame as a table of the answer.",
        ["debug"] = "The same, with an underscore before the table's name.",
        ["now"] = "Time of the query, ns since 1970; the same in the whole query.",
        ["days"] = "A number of days in ns.",
        ["hours"] = "A number of hours in ns.",
        ["minutes"] = "A number of minutes in ns.",
        ["seconds"] = "A number of seconds in ns.",
        ["milliseconds"] = "A number of milliseconds in ns.",
        ["microseconds"] = "A number of microseconds in ns.",
        ["parse_duration"] = "Text such as -5m in ns.",
        ["format_duration"] = "Nanoseconds as text in whole days, hours, minutes, seconds or milliseconds.",
        ["parse_time"] = "Relative or absolute time as a time.",
        ["strptime"] = "A date by a format as in strptime(3), ns since 1970.",
        ["uint128"] = "Text of a UUID as a number of 128 bits.",
        ["make_upid"] = "Number of a process from the node's number, pid and start.",
        ["equals_any"] = "Whether an expression equals any one of a list.",
        ["script_reference"] = "Link to a script with arguments, made of expressions.",
    };

    /// <summary>The whole file.</summary>
    public static string Write()
    {
        var text = new StringBuilder(Head);
        text.Append(CompileTimeHead);
        ImmutableArray<BuiltinFunction> builtins =
            [.. OutputFunctions.All, .. TimeFunctions.All, .. ConstantFunctions.All, .. ExpressionFunctions.All];
        foreach (var function in builtins.OrderBy(function => function.Name, StringComparer.Ordinal))
        {
            Row(text, Code(NameOf(function)), CompileTime[function.Name]);
        }

        text.Append(ScalarHead);
        foreach (var overloads in Functions(FunctionKind.Scalar))
        {
            var first = overloads[0];
            Row(text, Code(first.Name), Overloads(overloads), SiteOf(first.Site), Meaning(first), Summary(first));
        }

        text.Append(AggregateHead);
        foreach (var overloads in Functions(FunctionKind.Aggregate))
        {
            var first = overloads[0];
            Row(text, Code(first.Name), Overloads(overloads), Meaning(first), Summary(first));
        }

        text.Append(TableHead);
        foreach (var table in TableFunctionCatalog.All.OrderBy(table => table.Name, StringComparer.Ordinal))
        {
            WriteTable(text, table);
        }

        return text.ToString();
    }

    private static void WriteTable(StringBuilder text, TableFunctionSignature table)
    {
        var arguments = table.Arguments.Select(argument => Code(
            $"{argument.Name} {TypeNames.Of(argument.Type)}{(argument.Default is { } value ? "=" + value : "")}"));
        var columns = table.Columns.Select(column => $"{column.Name} {TypeNames.Of(column.Type)}");
        Row(
            text,
            Code(table.Name),
            string.Join(", ", arguments),
            table.Site == TableFunctionSite.EveryNode ? "node" : "merge",
            Code(string.Join(", ", columns)),
            table.Summary);
    }

    private static IEnumerable<FunctionSignature[]> Functions(FunctionKind kind) => FunctionCatalog.All
        .Where(function => function.Kind == kind)
        .GroupBy(function => function.Name)
        .OrderBy(group => group.Key, StringComparer.Ordinal)
        .Select(group => group.ToArray());

    private static void Row(StringBuilder text, params string[] cells) =>
        text.Append("| ").AppendJoin(" | ", cells.Select(Escape)).Append(" |\n");

    private static string Escape(string cell) => cell.Replace("|", "\\|", StringComparison.Ordinal);

    private static string Code(string text) => $"`{text}`";

    private static string NameOf(BuiltinFunction function) =>
        $"{function.Name}({string.Join(", ", function.Parameters.Select(parameter => parameter.Name))})";

    private static string Overloads(FunctionSignature[] overloads) =>
        string.Join("<br>", overloads.Select(overload => Code(SignatureOf(overload))));

    private static string SignatureOf(FunctionSignature overload)
    {
        var types = overload.Arguments.Select((type, i) =>
            TypeNames.Of(type) + (i < overload.Constants ? "!" : ""));
        return $"({string.Join(", ", types)}) {TypeNames.Of(overload.Returns)}";
    }

    private static string SiteOf(FunctionSite site) => site switch
    {
        FunctionSite.Node => "node",
        FunctionSite.Merger => "merge",
        _ => "",
    };

    private static string Summary(FunctionSignature function) => Plain(function.Summary)
        + (function is { Kind: FunctionKind.Aggregate, SupportsPartial: false, IsAvailable: true }
            ? " *Not partial.*"
            : "");

    // Tags in angle brackets would be taken for HTML.
    private static string Plain(string text) => text.Replace("<", "&lt;", StringComparison.Ordinal);

    private static string Meaning(FunctionSignature function) =>
        string.Join("; ", function.Rules.Select(rule => rule switch
        {
            AlwaysRule always => NameOf(always.Result),
            ExplicitRule from => $"{NameOf(from.Result)} for ({string.Join(", ", from.Arguments.Select(AnyOr))})",
            InheritRule inherit => $"that of {ArgumentsOf(inherit)}{AllowedOf(inherit)}",
            _ => throw new InvalidOperationException($"No words for the rule {rule}."),
        }));

    private static string AnyOr(SemanticType type) => type == SemanticType.None ? "any" : NameOf(type);

    private static string ArgumentsOf(InheritRule rule) => rule.Arguments.IsEmpty
        ? "its arguments, when they agree"
        : $"arguments {string.Join(" and ", rule.Arguments.Select(i => i + 1))}, when they agree";

    private static string AllowedOf(InheritRule rule) => rule.Allowed.IsEmpty
        ? ""
        : $": {string.Join(", ", rule.Allowed.Select(NameOf))}";

    // PodName as POD_NAME.
    private static string NameOf(SemanticType type) =>
        WordStart().Replace(type.ToString(), "_$0").ToUpperInvariant();

    [GeneratedRegex("(?<=[a-z])[A-Z]")]
    private static partial Regex WordStart();
}
