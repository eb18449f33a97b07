namespace PixieOrleans.Plans.Functions;

/// <summary>How a function meets rows.</summary>
public enum FunctionKind
{
    /// <summary>One value per row.</summary>
    Scalar,

    /// <summary>One value per group of rows.</summary>
    Aggregate,
}
