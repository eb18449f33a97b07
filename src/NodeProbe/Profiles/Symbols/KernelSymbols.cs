using System.Globalization;

namespace PixieOrleans.NodeProbe.Profiles.Symbols;

/// <summary>Functions of the kernel and its modules, from /proc/kallsyms.</summary>
/// <remarks>
/// A line: address in hex, type (t, w: code), name, and for modules the module's name in brackets. All addresses are
/// 0 for a reader that may not see them (kernel.kptr_restrict). Source: kernel/kallsyms.c.
/// </remarks>
internal static class KernelSymbols
{
    private const string Source = "/proc/kallsyms";
    private const long MaxBytes = 64 << 20; // a kernel with all its modules has some 10 MiB

    /// <summary>Reads them; empty when they are hidden.</summary>
    public static FunctionTable Read()
    {
        try
        {
            return Parse(File.ReadLines(Source));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) // no /proc, or hidden: no names
        {
            return FunctionTable.Empty;
        }
    }

    /// <summary>The functions that lines tell of.</summary>
    internal static FunctionTable Parse(IEnumerable<string> lines)
    {
        var table = new FunctionTable.Builder();
        foreach (var line in lines)
        {
            var fields = line.Split([' ', '\t'], 4);
            if (fields.Length < 3 || fields[1] is not ("t" or "T" or "w" or "W")
                || !TryParse(fields[0], out var address) || address == 0)
            {
                continue;
            }

            table.Add(address, 0, fields[1] == "T" ? 1 : 0, fields[2]);
            if (table.Bytes > MaxBytes)
            {
                break;
            }
        }

        return table.Build();
    }

    private static bool TryParse(string hex, out ulong value) =>
        ulong.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
