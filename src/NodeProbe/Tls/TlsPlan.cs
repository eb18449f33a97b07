using Iced.Intel;
using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Tls;

/// <summary>A program of the TLS object and where to attach it.</summary>
/// <param name="Program">Its name.</param>
/// <param name="Offset">Place in the file.</param>
/// <param name="IsReturnProbe">True: runs when the function that begins there returns.</param>
internal readonly record struct TlsProbe(string Program, ulong Offset, bool IsReturnProbe);

/// <summary>What to probe in one file, and how its functions were found.</summary>
/// <param name="Probes">All probes.</param>
/// <param name="Functions">Functions of the plan, with the kind of their return sites.</param>
/// <param name="HasCalls">True when it reads and writes plaintext: SSL_read and SSL_write.</param>
/// <param name="HasRecords">True when it takes records on their way out: BIO_write.</param>
internal sealed record TlsPlan(
    IReadOnlyList<TlsProbe> Probes,
    IReadOnlyDictionary<string, ReturnSites> Functions,
    bool HasCalls,
    bool HasRecords)
{
    private const int MaxFunctionBytes = 16 << 10; // functions of the API are far below
    private const int UnsizedBytes = 1 << 10; // looked at of a function whose size is not told

    /// <summary>A file without TLS functions.</summary>
    public static TlsPlan None { get; } = new([], new Dictionary<string, ReturnSites>(), false, false);

    /// <summary>Looks for the functions of the OpenSSL family in a file.</summary>
    public static TlsPlan Make(ElfFile file)
    {
        var symbols = ElfSymbols.FindFunctions(file, TlsFunction.All.Select(f => f.Name));
        if (symbols.ContainsKey("SSL_write_ex2"))
        {
            symbols.Remove("SSL_write_ex"); // jumps there
        }

        var hasCalls = symbols.ContainsKey("SSL_read") && symbols.ContainsKey("SSL_write");
        var hasRecords = symbols.ContainsKey("BIO_write");
        if (!hasCalls && !hasRecords)
        {
            return None;
        }

        var probes = new List<TlsProbe>();
        var kinds = new Dictionary<string, ReturnSites>();
        foreach (var function in TlsFunction.All.Where(f => symbols.ContainsKey(f.Name)))
        {
            if (FindSites(file, symbols[function.Name], function.Arguments) is { } sites)
            {
                Add(file, function, sites, probes);
                kinds[function.Name] = sites.Kind;
            }
        }

        return new TlsPlan(probes, kinds, hasCalls, hasRecords);
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

    private static void Add(ElfFile file, TlsFunction function, FunctionSites sites, List<TlsProbe> probes)
    {
        if (file.OffsetOf(sites.Entry) is { } entry)
        {
            probes.Add(new TlsProbe(function.EnterProgram, entry, IsReturnProbe: false));
        }

        var isProbe = sites.Kind is ReturnSites.ReturnProbe or ReturnSites.SlowReturnProbe;
        foreach (var address in function.LeaveProgram is null ? [] : sites.Returns)
        {
            if (file.OffsetOf(address) is { } offset)
            {
                probes.Add(new TlsProbe(function.LeaveProgram!, offset, isProbe));
            }
        }
    }
}

/// <summary>A function of the OpenSSL family, and what runs at its entry and at its return.</summary>
/// <param name="Name">Its symbol.</param>
/// <param name="EnterProgram">Program at the entry.</param>
/// <param name="LeaveProgram">Program at the return; null when the return says nothing.</param>
/// <param name="Arguments">Registers that the program at the entry reads.</param>
internal sealed record TlsFunction(
    string Name, string EnterProgram, string? LeaveProgram, IReadOnlyList<Register> Arguments)
{
    private static readonly Register[] ObjectOnly = [Register.RDI];
    private static readonly Register[] ObjectAndBuffer = [Register.RDI, Register.RSI];
    private static readonly Register[] WithCount = [Register.RDI, Register.RSI, Register.RCX];
    private static readonly Register[] WithFlagsAndCount = [Register.RDI, Register.RSI, Register.R8];
    private static readonly Register[] DataAndBytes = [Register.RSI, Register.RDX];

    /// <summary>
    /// All of them. Early data goes through SSL_read_ex and SSL_write_ex inside the library. SSL_write_ex2 is of
    /// OpenSSL 3.3 and later.
    /// </summary>
    public static IReadOnlyList<TlsFunction> All { get; } =
    [
        new("SSL_read", "pxo_tls_enter", "pxo_tls_leave_read", ObjectAndBuffer),
        new("SSL_write", "pxo_tls_enter", "pxo_tls_leave_write", ObjectAndBuffer),
        new("SSL_read_ex", "pxo_tls_enter_ex", "pxo_tls_leave_read", WithCount),
        new("SSL_write_ex", "pxo_tls_enter_ex", "pxo_tls_leave_write", WithCount),
        new("SSL_write_ex2", "pxo_tls_enter_ex2", "pxo_tls_leave_write", WithFlagsAndCount),
        new("SSL_do_handshake", "pxo_tls_handshake", "pxo_tls_leave_handshake", ObjectOnly),
        new("SSL_set_connect_state", "pxo_tls_connect_state", null, ObjectOnly),
        new("SSL_set_accept_state", "pxo_tls_accept_state", null, ObjectOnly),
        new("BIO_write", "pxo_tls_bio_write", null, DataAndBytes),
    ];
}
