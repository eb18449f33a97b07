namespace PixieOrleans.NodeProbe.Status;

/// <summary>Column status of probe_status and stirling_error. Numbers as Pixie's scripts know them.</summary>
internal enum StatusCode
{
    /// <summary>Works.</summary>
    Ok = 0,

    /// <summary>Failed, or lost something.</summary>
    Internal = 9,

    /// <summary>The kernel cannot do it.</summary>
    Unimplemented = 10,
}
