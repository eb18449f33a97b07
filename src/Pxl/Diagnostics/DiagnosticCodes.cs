namespace PixieOrleans.Pxl.Diagnostics;

/// <summary>Codes of diagnostics. 1xx: text and limits, 2xx: evaluation, 3xx: tables, columns and types.</summary>
public static class DiagnosticCodes
{
    /// <summary>The text is not PxL.</summary>
    public const string Syntax = "PXL101";

    /// <summary>Lines are indented in a way that gives no structure.</summary>
    public const string Indentation = "PXL102";

    /// <summary>A limit on scripts is exceeded.</summary>
    public const string Limit = "PXL103";

    /// <summary>A "#px:set" line with an unknown key or a bad value.</summary>
    public const string Setting = "PXL104";

    /// <summary>Python has the construct, PxL does not.</summary>
    public const string Refused = "PXL201";

    /// <summary>A name, attribute or module that does not exist.</summary>
    public const string Name = "PXL202";

    /// <summary>A call whose arguments do not fit.</summary>
    public const string Argument = "PXL203";

    /// <summary>A value that cannot be used this way.</summary>
    public const string Value = "PXL204";

    /// <summary>A function that is known by name only, or is there only in other surroundings.</summary>
    public const string NotAvailable = "PXL205";

    /// <summary>The script shows nothing.</summary>
    public const string NoOutput = "PXL206";

    /// <summary>A function that the request wants to run cannot be run.</summary>
    public const string RequestedFunction = "PXL207";

    /// <summary>No such table.</summary>
    public const string Table = "PXL301";

    /// <summary>No such column, or one too many of it.</summary>
    public const string Column = "PXL302";

    /// <summary>Types that no overload takes.</summary>
    public const string Type = "PXL303";
}
