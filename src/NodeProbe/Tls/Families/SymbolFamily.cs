using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Tls.Families;

/// <summary>A family whose functions are found by their symbols.</summary>
/// <param name="versions">Texts that tell the version.</param>
/// <param name="functions">What is probed where a file has it.</param>
/// <param name="calls">Functions that a file must have to count as a library that reads and writes plaintext.</param>
/// <param name="exchange">What the self-test does with the family's libraries.</param>
/// <param name="records">The function that takes records on their way out; null: the family has none.</param>
internal abstract class SymbolFamily(
    IReadOnlyList<VersionText> versions,
    IReadOnlyList<TlsFunction> functions,
    IReadOnlyList<string> calls,
    KnownExchange exchange = KnownExchange.None,
    string? records = null) : ITlsFamily
{
    /// <inheritdoc/>
    public TlsPlan Find(ElfFile file)
    {
        var symbols = ElfSymbols.FindFunctions(file, functions.Select(f => f.Name));
        var hasCalls = calls.All(symbols.ContainsKey);
        var hasRecords = records is not null && symbols.ContainsKey(records);
        if (!hasCalls && !hasRecords)
        {
            return TlsPlan.None;
        }

        var found = functions.Where(f => symbols.ContainsKey(f.Name))
            .Where(f => f.JumpsTo is null || !symbols.ContainsKey(f.JumpsTo))
            .Select(f => (f, symbols[f.Name]));
        var kinds = new Dictionary<string, ReturnSites>();
        var probes = TlsFunction.Place(file, found, kinds);
        return new TlsPlan(VersionText.Find(file, versions), probes, kinds, hasCalls, hasRecords)
        {
            Exchange = hasCalls ? exchange : KnownExchange.None,
        };
    }
}
