using System.Reflection;
using PixieOrleans.Grains.Interfaces.Nodes;

namespace PixieOrleans.Grains.Nodes;

/// <summary>Name and state of this silo's node. The starter writes the state, anybody reads it.</summary>
internal sealed class LocalNode(ILocalSiloDetails silo) : ILocalNode
{
    private volatile Tuple<NodeState, string> _state = Tuple.Create(NodeState.Starting, "the silo is starting");

    public static string Version { get; } =
        typeof(LocalNode).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "unknown";

    public string Name => silo.Name;

    public NodeState State => _state.Item1;

    public string Reason => _state.Item2;

    public void Set(NodeState state, string reason = "") => _state = Tuple.Create(state, reason);
}
