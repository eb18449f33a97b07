namespace PixieOrleans.Grains.Interfaces.Nodes;

/// <summary>The node of this process, as far as other parts of the process need it.</summary>
public interface ILocalNode
{
    /// <summary>Name of the node.</summary>
    string Name { get; }

    /// <summary>How far the start has come.</summary>
    NodeState State { get; }

    /// <summary>Why the state is not Ready, or empty.</summary>
    string Reason { get; }
}
