using Iced.Intel;
using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Tls.Families;

/// <summary>rustls 0.20 and later, in programs that keep their symbols.</summary>
/// <remarks>
/// Found by parts of names, which both manglings of Rust have in common: lengths and identifiers of the path's last
/// two elements. All are functions of CommonState, which are not generic: one copy for each version of rustls in a
/// program, whatever it is used with. bpf/tls/rustls.h tells how the connection is found. Not seen: early data.
/// </remarks>
internal sealed class Rustls : ITlsFamily
{
    private const string Sends = "11CommonState19send_some_plaintext"; // up to 0.21
    private const string SendsChunks = "11CommonState16buffer_plaintext"; // since 0.22
    private const string Receives = "11CommonState23take_received_plaintext";
    private const string WritesTo = "14ChunkVecBuffer8write_to";
    private static readonly Register[] ObjectOnly = [Register.RDI];
    private static readonly Register[] Pair = [Register.RDI, Register.RSI];

    private static readonly TlsFunction[] Functions =
    [
        new(Sends, "pxo_tls_enter", "pxo_rustls_leave_send", Pair),
        new(SendsChunks, "pxo_rustls_send_chunks", "pxo_rustls_leave_send", Pair),
        new(Receives, "pxo_rustls_received", null, Pair),
        new(WritesTo, "pxo_rustls_write_to", "pxo_rustls_leave_write_to", Pair),
        new("11CommonState8send_msg", "pxo_rustls_message", null, ObjectOnly),
    ];

    /// <inheritdoc/>
    public TlsPlan Find(ElfFile file)
    {
        var found = ElfNameParts.Find(file, [.. Functions.Select(f => f.Name)]);
        var parts = found.Select(f => f.Part).ToHashSet();
        if (!parts.Contains(Receives) || !parts.Contains(WritesTo)
            || !(parts.Contains(Sends) || parts.Contains(SendsChunks)))
        {
            return TlsPlan.None;
        }

        var kinds = new Dictionary<string, ReturnSites>();
        var copies = found.Select(f => (Functions.First(function => function.Name == f.Part), f.Symbol));
        var probes = TlsFunction.Place(file, copies, kinds);
        return new TlsPlan(Version(parts), probes, kinds, HasCalls: true, HasRecords: false);
    }

    // Its constants do not tell the version.
    private static string Version(HashSet<string> parts) => (parts.Contains(Sends), parts.Contains(SendsChunks)) switch
    {
        (true, true) => "rustls, several",
        (true, false) => "rustls 0.20 or 0.21",
        _ => "rustls 0.22 or later",
    };
}
