using System.Collections.Immutable;
using PixieOrleans.Plans.Functions;
using PixieOrleans.Pxl.Binding.DataFrames;
using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Binding.Modules;

/// <summary>The module px.</summary>
internal static class PxModule
{
    public const string Name = "px";

    /// <summary>Name of the constructor, which is also the type for annotations.</summary>
    public const string DataFrameName = "DataFrame";

    private static readonly ImmutableArray<BuiltinFunction> Functions =
    [
        new(
            DataFrameName,
            [
                new("table"),
                new("select", new ListValue([])),
                new("start_time", NoneValue.Instance),
                new("end_time", NoneValue.Instance),
            ],
            Frames.Create),
        .. OutputFunctions.All,
        .. TimeFunctions.All,
        .. ConstantFunctions.All,
        .. ExpressionFunctions.All,
        .. TableFunctions.All,
    ];

    /// <summary>Name of the module that is there only when a plugin runs the script.</summary>
    public const string PluginName = "plugin";

    /// <summary>A fresh module: scripts may assign its attributes.</summary>
    public static ModuleValue Create(Session session)
    {
        var attributes = new Dictionary<string, PxlValue>(StringComparer.Ordinal);
        foreach (var name in FunctionCatalog.Names)
        {
            attributes[name] = new CatalogFunctionValue(name);
        }

        foreach (var function in Functions)
        {
            attributes[function.Name] = function;
        }

        foreach (var type in TypeValue.OfPx)
        {
            attributes[type.Name] = type;
        }

        attributes[OTelModule.Export.Name] = OTelModule.Export;
        attributes["otel"] = OTelModule.Create();
        attributes["vis"] = VisModule.Create();
        if (session.Request.Plugin is { } plugin)
        {
            attributes[PluginName] = PluginModule(plugin);
        }

        return new ModuleValue(Name, attributes);
    }

    private static ModuleValue PluginModule(PluginRun plugin)
    {
        var span = new SourceSpan(1, 1);
        return new ModuleValue("px.plugin", new Dictionary<string, PxlValue>(StringComparer.Ordinal)
        {
            ["start_time"] = new FormulaValue(Constants.OfInteger(span, plugin.StartNs)),
            ["end_time"] = new FormulaValue(Constants.OfInteger(span, plugin.EndNs)),
        });
    }
}
