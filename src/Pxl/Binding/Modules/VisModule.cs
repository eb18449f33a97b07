using PixieOrleans.Pxl.Binding.Values;

namespace PixieOrleans.Pxl.Binding.Modules;

/// <summary>px.vis: pictures for the rows that functions return.</summary>
internal static class VisModule
{
    private static readonly BuiltinFunction Vega = new("vega", [new("vega_spec")], MakeDecorator);

    public static ModuleValue Create() =>
        new("px.vis", new Dictionary<string, PxlValue>(StringComparer.Ordinal) { [Vega.Name] = Vega });

    private static BuiltinFunction MakeDecorator(BuiltinCall call)
    {
        var spec = call.Text(0);
        return new BuiltinFunction(Vega.Name, [new("fn")], decorated =>
        {
            if (decorated[0] is not UserFunctionValue function)
            {
                throw decorated.Unexpected(0, "function");
            }

            decorated.Session.VegaSpecs[function.Syntax.Name] = spec;
            return function;
        });
    }
}
