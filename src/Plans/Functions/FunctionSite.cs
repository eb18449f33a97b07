namespace PixieOrleans.Plans.Functions;

/// <summary>Where a scalar function can be computed.</summary>
public enum FunctionSite
{
    /// <summary>In every part of a plan.</summary>
    Anywhere,

    /// <summary>Only on the node whose rows they are: it needs that node's processes.</summary>
    Node,

    /// <summary>Only in the merge part: it needs what is known of the whole cluster.</summary>
    Merger,
}
