using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Tls.Families;

/// <summary>Mozilla's NSS: libssl3.so, whose functions are reached through NSPR's descriptors.</summary>
/// <remarks>
/// Programs call PR_Read and so on, which also serve plain files, or their own layer calls the layer below. So the
/// functions of the TLS layer themselves are probed. They have no symbols; their addresses stand in the layer's
/// struct PRIOMethods (NSPR: prio.h), which the library fills by code when it is first used: a table whose first
/// word is PR_DESC_LAYERED and whose slots hold addresses of the library's code.
/// </remarks>
internal sealed class Nss : ITlsFamily
{
    private const uint Layered = 4; // PR_DESC_LAYERED
    private const ulong SlotBytes = 8;
    private static readonly VersionText[] Versions = [new("NSS", "Version: NSS ", 13)];

    // Slots of struct PRIOMethods: the type, then close, read, write, available …
    private static readonly (TlsFunction Function, ulong Slot)[] Slots =
    [
        (TlsFunction.Reads("read"), 2),
        (TlsFunction.Writes("write"), 3),
        (TlsFunction.Notes("close", "pxo_tls_forget"), 1),
        (TlsFunction.Reads("recv"), 17),
        (TlsFunction.Writes("send"), 18),
    ];

    private static readonly TlsFunction[] Exported =
    [
        TlsFunction.Handshakes("SSL_ForceHandshake"),
        new("SSL_ResetHandshake", "pxo_tls_reset_handshake", null, [Iced.Intel.Register.RDI, Iced.Intel.Register.RSI]),
    ];

    /// <inheritdoc/>
    public TlsPlan Find(ElfFile file)
    {
        var symbols = ElfSymbols.FindFunctions(file, Exported.Select(f => f.Name));
        if (symbols.Count < Exported.Length)
        {
            return TlsPlan.None;
        }

        if (FindTable(file, CodeConstants.Read(file)) is not { } table)
        {
            return TlsPlan.None; // UnseenTls tells
        }

        var exported = Exported.Select(f => (f, symbols[f.Name]));
        var layer = Slots.Select(s => (s.Function, new ElfSymbol(table[s.Function.Name], 0, 0, 0, 0)));
        var kinds = new Dictionary<string, ReturnSites>();
        var probes = TlsFunction.Place(file, exported.Concat(layer), kinds);
        return new TlsPlan(VersionText.Find(file, Versions), probes, kinds, HasCalls: true, HasRecords: false);
    }

    /// <summary>Addresses of the wanted functions; null unless there is exactly one table with all of them.</summary>
    private static Dictionary<string, ulong>? FindTable(ElfFile file, CodeConstants constants)
    {
        Dictionary<string, ulong>? found = null;
        foreach (var (at, _) in constants.Numbers.Where(n => n.Value == Layered))
        {
            var table = new Dictionary<string, ulong>();
            foreach (var (function, slot) in Slots)
            {
                if (constants.Addresses.TryGetValue(at + (slot * SlotBytes), out var address) && IsCode(file, address))
                {
                    table[function.Name] = address;
                }
            }

            if (table.Count < Slots.Length)
            {
                continue;
            }

            if (found is not null)
            {
                return null;
            }

            found = table;
        }

        return found;
    }

    private static bool IsCode(ElfFile file, ulong address) => file.Segments.Any(s =>
        s.IsLoaded && s.IsExecutable && address >= s.Address && address - s.Address < s.FileBytes);
}
