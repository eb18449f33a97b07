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
    private static readonly Register[] ObjectOnly = [Register.RDI];
    private static readonly Register[] ObjectAndBuffer = [Register.RDI, Register.RSI];
    private const int UnsizedBytes = 64; // looked at of a function whose size is not told: its beginning

    /// <summary>The function that this one ends in, where a file has it: then that is probed instead.</summary>
    public string? JumpsTo { get; init; }

    /// <summary>int or ssize_t f(object, buffer, bytes): returns the bytes of plaintext read; or 0, or less.</summary>
    public static TlsFunction Reads(string name) => new(name, "pxo_tls_enter", "pxo_tls_leave_read", ObjectAndBuffer);

    /// <summary>The same for bytes written.</summary>
    public static TlsFunction Writes(string name) =>
        new(name, "pxo_tls_enter", "pxo_tls_leave_write", ObjectAndBuffer);

    /// <summary>f(object): makes socket calls of the handshake.</summary>
    public static TlsFunction Handshakes(string name) =>
        new(name, "pxo_tls_enter_handshake", "pxo_tls_leave_handshake", ObjectOnly);

    /// <summary>f(object): only its beginning counts.</summary>
    public static TlsFunction Notes(string name, string program) => new(name, program, null, ObjectOnly);

    /// <summary>Chooses the sites of functions in a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="functions">Functions that the file has, and where.</param>
    /// <param name="kinds">Gets how returns are seen, per function whose returns are.</param>
    public static List<TlsProbe> Place(
        ElfFile file,
        IEnumerable<(TlsFunction Function, ElfSymbol Symbol)> functions,
        Dictionary<string, ReturnSites> kinds)
    {
        var probes = new List<TlsProbe>();
        foreach (var (function, symbol) in functions)
        {
            if (FindSites(file, symbol, function.Arguments) is { } sites)
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
        var sites = ProbeSites.Find(code.AsMemory(0, filled), symbol.Address, arguments);
        if (sites is null || symbol.Bytes > 0)
        {
            return sites;
        }

        var isCheap = sites.IsEntryEmulated && sites.Entry == symbol.Address;
        var kind = isCheap ? ReturnSites.ReturnProbe : ReturnSites.SlowReturnProbe;
        return sites with { Kind = kind, Returns = [symbol.Address] }; // where its code ends is not known
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
