using PixieOrleans.Model;

namespace PixieOrleans.Exec.TableFunctions;

/// <summary>Names of pattern types in Pixie's spelling.</summary>
public static class PatternNames
{
    /// <summary>The name, such as METRIC_COUNTER.</summary>
    public static string Of(PatternType pattern) => pattern switch
    {
        PatternType.General => "GENERAL",
        PatternType.GeneralEnum => "GENERAL_ENUM",
        PatternType.Structured => "STRUCTURED",
        PatternType.MetricCounter => "METRIC_COUNTER",
        PatternType.MetricGauge => "METRIC_GAUGE",
        _ => "UNSPECIFIED",
    };
}
