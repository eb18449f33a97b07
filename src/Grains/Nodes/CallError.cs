using PixieOrleans.Grains.Interfaces.Nodes;

namespace PixieOrleans.Grains.Nodes;

/// <summary>Why a call of a node failed, in one line for people.</summary>
internal static class CallError
{
    /// <summary>The runtime's errors carry stack traces in their texts; what matters is that nobody answers.</summary>
    public static string TextOf(Exception error) => error switch
    {
        NodeUnavailableException => error.Message,
        OrleansMessageRejectionException or SiloUnavailableException => "the node cannot be reached",
        TimeoutException => "the node did not answer in time",
        _ => error.Message.Split('\n', 2)[0].TrimEnd(),
    };
}
