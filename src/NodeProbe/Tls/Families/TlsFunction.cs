using Iced.Intel;
using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Tls.Families;

/// <summary>A function of a TLS library, and what runs at its entry and at its return.</summary>
/// <param name="Name">Its symbol.</param>
/// <param name="EnterProgram">Program at the entry.</param>
/// <param name="LeaveProgram">Program at the return; null when the return says nothing.</param>
/// <param name="Arguments">Registers that the program at the entry reads.</param>
internal sealed record TlsFunction(
    string Name, string EnterProgram, string? LeaveProgram, IReadOnlyList<Register> Arguments)
{
    private const int MaxFunctionBytes = 16 << 10; // functions of the API are far below
    private const int UnsizedBytes = 1 << 10; // looked at of a function whose size is not told

    /// <summary>Chooses the sites of functions in a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="functions">Functions that the file has.</param>
    /// <param name="symbols">Their places, by name.</param>
    /// <param name="kinds">Gets how returns are seen, per function whose returns are.</param>
    public static List<TlsProbe> Place(
        ElfFile file,
        IEnumerable<TlsFunction> functions,
        IReadOnlyDictionary<string, ElfSymbol> symbols,
        Dictionary<string, ReturnSites> kinds)
    {
        var probes = new List<TlsProbe>();
        foreach (var function in functions)
        {
            if (FindSites(file, symbols[function.Name], function.Arguments) is { } sites)
            {
                function.AddProbes(file, sites, probes);
                if (function.LeaveProgram is not null)
                {
                    kinds[function.Name] = sites.Kind;
                }
            }
        }

        return probes;
    }

    private static FunctionSites? FindSites(ElfFile file, ElfSymbol symbol, IReadOnlyList<Register> arguments)
    {
        var bytes = (int)Math.Min(symbol.Bytes == 0 ? UnsizedBytes : symbol.Bytes, MaxFunctionBytes);
        if (file.OffsetOf(symbol.Address) is not { } offset)
        {
            return null;
        }

        var code = new byte[bytes];
        var filled = file.Bytes.Read(offset, code);
        return ProbeSites.Find(code.AsMemory(0, filled), symbol.Address, arguments);
    }

    private void AddProbes(ElfFile file, FunctionSites sites, List<TlsProbe> probes)
    {
        if (file.OffsetOf(sites.Entry) is { } entry)
        {
            probes.Add(new TlsProbe(EnterProgram, entry, IsReturnProbe: false));
        }

        var isProbe = sites.Kind is ReturnSites.ReturnProbe or ReturnSites.SlowReturnProbe;
        foreach (var address in LeaveProgram is null ? [] : sites.Returns)
        {
            if (file.OffsetOf(address) is { } offset)
            {
                probes.Add(new TlsProbe(LeaveProgram!, offset, isProbe));
            }
        }
    }
}
