using PixieOrleans.Plans.Tracing;
using PixieOrleans.Pxl.Binding.Values;

namespace PixieOrleans.Pxl.Binding.Modules;

/// <summary>The module pxconfig: settings of agents.</summary>
internal static class ConfigModule
{
    public const string Name = "pxconfig";

    private static readonly BuiltinFunction SetAgentConfig =
        new("set_agent_config", [new("agent_pod_name"), new("key"), new("value")], Set);

    public static ModuleValue Create() =>
        new(Name, new Dictionary<string, PxlValue>(StringComparer.Ordinal) { [SetAgentConfig.Name] = SetAgentConfig });

    private static NoneValue Set(BuiltinCall call)
    {
        call.Session.AddMutation(
            new SetAgentConfig(TraceModule.NameOf(call, 0), TraceModule.NameOf(call, 1), call.Text(2)), call.Span);
        return NoneValue.Instance;
    }
}
