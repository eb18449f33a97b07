using PixieOrleans.NodeProbe.Elf;
using PixieOrleans.NodeProbe.Tls.Families;

namespace PixieOrleans.NodeProbe.Tls.Stripped;

/// <summary>BoringSSL inside a program or library without its symbols.</summary>
internal static class BoringSsl
{
    private const string SslLib = "/ssl/ssl_lib.cc";
    private const string Buffer = "/ssl/ssl_buffer.cc";
    private static readonly string[] Bio = ["/bio/bio.c", "/bio/bio.cc"];

    /// <summary>What to probe; <see cref="TlsPlan.None"/> when it is not in the file or not told for sure.</summary>
    public static TlsPlan Find(ElfFile file)
    {
        var names = SourceNames.Find(file, [SslLib, Buffer, .. Bio]);
        if (names.Where(n => n.Name == SslLib).ToList() is not [var sslLib])
        {
            return TlsPlan.None; // it is not there, or more than once
        }

        var sources = new BoringSslSources(
            sslLib.Address, Only(names, [Buffer]), Only(names, Bio));
        var loads = CodeScan.FindLoads(file, [.. names.Select(n => n.Address)]);
        var functions = CodeArea.Read(file, [.. loads.Select(l => l.Site)]);
        var found = BoringSslFunctions.Find(functions, sources, callees => CallersOf(file, callees));
        return found is null ? TlsPlan.None : Place(file, found);
    }

    private static ulong? Only(List<(string Name, ulong Address)> found, string[] names) =>
        found.Where(f => names.Contains(f.Name)).ToList() is [var only] ? only.Address : null;

    private static IEnumerable<FunctionCode> CallersOf(ElfFile file, IReadOnlyCollection<FunctionCode> callees)
    {
        var calls = CodeScan.FindCalls(file, new AddressRanges(callees.Select(c => c.Entry), before: 0, after: 1));
        return CodeArea.Read(file, [.. calls.Select(c => c.Site)])
            .Where(f => callees.Any(c => f.Calls.Contains(c.Entry)));
    }

    private static TlsPlan Place(ElfFile file, BoringSslFunctions found)
    {
        var kinds = new Dictionary<string, ReturnSites>();
        (string Name, FunctionCode? Code)[] functions =
        [
            ("SSL_read", found.Read), ("SSL_write", found.Write), ("SSL_do_handshake", found.Handshake),
            ("BIO_write", found.BioWrite),
        ];
        var probes = TlsFunction.Place(
            file,
            functions.Where(f => f.Code is not null).Select(f => (OpenSsl.Function(f.Name), Symbol(f.Code!))),
            kinds);
        return new TlsPlan("BoringSSL", probes, kinds, HasCalls: true, HasRecords: found.BioWrite is not null);
    }

    private static ElfSymbol Symbol(FunctionCode code) =>
        new(code.Entry, code.Bytes, NameOffset: 0, Info: 0, Section: 0);
}
