namespace PixieOrleans.Grains.Interfaces.Nodes;

/// <summary>A call names a node that has no running silo. Nothing was done.</summary>
[GenerateSerializer, Alias("pxo.NodeUnavailableException")]
public sealed class NodeUnavailableException : Exception
{
    /// <summary>Without a node; for the serializer.</summary>
    public NodeUnavailableException()
    {
    }

    /// <summary>With a text only; for the serializer.</summary>
    public NodeUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>With text and cause.</summary>
    public NodeUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Name of the node; empty when unknown.</summary>
    [Id(0)]
    public string Node { get; private set; } = "";

    /// <summary>For one node.</summary>
    public static NodeUnavailableException For(string node) =>
        new($"Node '{node}' is unavailable: no active silo has this name.") { Node = node };
}
