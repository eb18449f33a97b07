using System.Collections.Immutable;
using PixieOrleans.Plans.Tracing;
using PixieOrleans.Pxl.Binding.Values;

namespace PixieOrleans.Pxl.Binding.Modules;

/// <summary>Functions of pxtrace that say what a tracepoint looks at.</summary>
internal static class TraceTargets
{
    private static readonly FormulaValue Any = Constants.TextValue("");

    public static readonly ImmutableArray<BuiltinFunction> All =
    [
        new("kprobe", [], call => Target(new HostTarget())),
        new(
            "PodProcess",
            [new("pod_name"), new("container_name", Any), new("process_name", Any)],
            call => Target(new PodTarget(TraceModule.NameOf(call, 0), call.Text(1), call.Text(2)))),
        new(
            "LabelSelector",
            [new("labels"), new("namespace"), new("container_name", Any), new("process_name", Any)],
            call => Target(new LabelTarget(
                Labels(call), TraceModule.NameOf(call, 1), call.Text(2), call.Text(3)))),
        new(
            "SharedObject",
            [new("name"), new("upid")],
            call => Target(new SharedObjectTarget(TraceModule.NameOf(call, 0), TraceModule.UpidOf(call, 1)))),
    ];

    /// <summary>A target, or a constant UPID: the process.</summary>
    public static TraceTarget Read(BuiltinCall call, int index) => call[index] switch
    {
        OpaqueValue { Item: TraceTarget target } => target,
        FormulaValue => new ProcessTarget(TraceModule.UpidOf(call, index)),
        _ => throw call.Unexpected(index, "target"),
    };

    private static OpaqueValue Target(TraceTarget target) => new("target", target);

    private static ImmutableArray<PodLabel> Labels(BuiltinCall call)
    {
        if (call[0] is not DictValue { Items: { IsEmpty: false } items })
        {
            throw call.Unexpected(0, "dict");
        }

        var labels = ImmutableArray.CreateBuilder<PodLabel>(items.Length);
        foreach (var (key, value) in items)
        {
            labels.Add(new PodLabel(
                Names.TextOf(key) ?? throw call.Unexpected(0, "dict of texts"),
                Names.TextOf(value) ?? throw call.Unexpected(0, "dict of texts")));
        }

        return labels.MoveToImmutable();
    }
}
