using System.Globalization;

namespace PixieOrleans.Cli.Formatting;

/// <summary>Bytes, durations and shares as people read them.</summary>
internal static class QuantityText
{
    private const double NsPerSecond = 1e9;
    private const double ByteStep = 1024;
    private static readonly string[] ByteUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>Steps of 1024; one decimal below a tenth of the step, none above.</summary>
    public static string Bytes(double bytes)
    {
        var (value, unit) = (bytes, 0);
        while (Math.Abs(value) >= ByteStep && unit < ByteUnits.Length - 1)
        {
            (value, unit) = (value / ByteStep, unit + 1);
        }

        var whole = Math.Abs(value) >= ByteStep / 10 || (unit == 0 && value == Math.Floor(value));
        return $"{Number(value, whole ? "F0" : "F1")} {ByteUnits[unit]}";
    }

    /// <summary>
    /// Two units above a minute (days and hours, hours and minutes, minutes and seconds), one unit with a decimal
    /// below.
    /// </summary>
    public static string DurationNs(double ns)
    {
        var sign = ns < 0 ? "-" : "";
        var size = Math.Abs(ns);
        var seconds = (long)(size / NsPerSecond);
        return sign + seconds switch
        {
            >= 24 * 3600 => $"{seconds / 86400} d {seconds % 86400 / 3600} h",
            >= 3600 => $"{seconds / 3600} h {seconds % 3600 / 60} min",
            >= 60 => $"{seconds / 60} min {seconds % 60} s",
            _ => BelowOneMinute(size),
        };
    }

    /// <summary>1.0 is 100 %; two decimals.</summary>
    public static string Percent(double share) => $"{Number(share * 100, "F2")} %";

    /// <summary>Events per nanosecond as events per second.</summary>
    public static string PerSecond(double perNs) => $"{Plain(perNs * NsPerSecond)}/sec";

    /// <summary>Bytes per nanosecond as bytes per second.</summary>
    public static string BytesPerSecond(double perNs) => $"{Bytes(perNs * NsPerSecond)}/sec";

    /// <summary>Six significant digits.</summary>
    public static string Plain(double value) => Number(value, "G6");

    private static string BelowOneMinute(double ns) => ns switch
    {
        >= 1e9 => $"{Number(ns / 1e9, "0.#")} s",
        >= 1e6 => $"{Number(ns / 1e6, "0.#")} ms",
        >= 1e3 => $"{Number(ns / 1e3, "0.#")} us",
        _ => $"{Number(ns, "0.#")} ns",
    };

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
