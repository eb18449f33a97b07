using Iced.Intel;
using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Tls.Families;

/// <summary>crypto/tls of Go, in programs that Go linked, stripped or not.</summary>
/// <remarks>
/// Probed are calls inside Read and Write that have all that is needed in their arguments: in Read the only one that
/// hands decrypted bytes to the caller, which is memmove, or what stands for it in programs that look for races or are
/// not optimised; in Write those of writeRecordLocked. So has been the source of all releases from 1.15 to 1.27; code
/// that looks otherwise is left alone, and the status says so.
/// </remarks>
internal sealed class Go : ITlsFamily
{
    private const string Read = "crypto/tls.(*Conn).Read";
    private const string Write = "crypto/tls.(*Conn).Write";
    private const string WriteRecord = "crypto/tls.(*Conn).writeRecordLocked";
    private const int ReceiverAt = 16; // from rbp: behind the caller's rbp and the return address

    // What Read calls to copy, and the program that reads its arguments: optimised; with -race; with -N -l.
    private static readonly (string Function, string Program)[] Copies =
        [("runtime.memmove", "read"), ("runtime.slicecopy", "copy"), ("bytes.(*Reader).Read", "reader")];

    private static readonly string[] Handshakes =
        ["crypto/tls.(*Conn).clientHandshake", "crypto/tls.(*Conn).serverHandshake"];

    /// <inheritdoc/>
    public TlsPlan Find(ElfFile file)
    {
        if (!GoBuildInfo.IsIn(file) || GoFunctionTable.Open(file) is not { } table)
        {
            return TlsPlan.None;
        }

        var functions = table.Find([Read, Write, WriteRecord, .. Copies.Select(c => c.Function), .. Handshakes]);
        if (!functions.ContainsKey(Read) || !functions.ContainsKey(Write))
        {
            return TlsPlan.None; // no TLS
        }

        var version = Describe(GoBuildInfo.FindVersion(file));
        var checking = functions.Where(f => f.Key.StartsWith("crypto/tls", StringComparison.Ordinal))
            .Select(f => f.Value)
            .ToList();
        if (GoCode.Open(file, table.IsRelative, checking) is not { } code)
        {
            return Unseen(version, "the code of crypto/tls does not lie where its table of functions says");
        }

        return Place(file, version, functions, code);
    }

    private static TlsPlan Place(
        ElfFile file, string version, Dictionary<string, GoFunction> functions, GoCode code)
    {
        var writes = CallsOf(code, functions, Write, WriteRecord);
        var reads = Copies
            .SelectMany(c => CallsOf(code, functions, Read, c.Function).Select(site => (c.Program, Site: site)))
            .ToList();
        if (writes.Count == 0 || reads.Count != 1 || !KeepsReceiver(code, functions[Read], reads[0].Site))
        {
            return Unseen(version, "crypto/tls was compiled in an unknown way");
        }

        var prefix = code.Abi == GoAbi.Stack ? "pxo_go_stack_" : "pxo_go_";
        var sites = new List<(string Program, ulong Address)> { (prefix + reads[0].Program, reads[0].Site) };
        sites.AddRange(writes.Select(address => (prefix + "write", address)));
        var kinds = new Dictionary<string, ReturnSites> { [Read] = ReturnSites.Call, [Write] = ReturnSites.Call };
        Register[] kept = code.Abi == GoAbi.Stack ? [Register.RSP] : [Register.RAX];
        foreach (var name in Handshakes.Where(functions.ContainsKey))
        {
            var function = functions[name];
            if (ProbeSites.Find(code.Read(function), code.AddressOf(function), kept) is { } found)
            {
                sites.Add((prefix + "handshake", found.Entry));
            }
        }

        var probes = sites.Select(site => (site.Program, Offset: file.OffsetOf(site.Address)))
            .Where(site => site.Offset is not null)
            .Select(site => new TlsProbe(site.Program, site.Offset!.Value, IsReturnProbe: false));
        return new TlsPlan(version, [.. probes], kinds, HasCalls: true, HasRecords: false);
    }

    private static TlsPlan Unseen(string version, string reason) =>
        new(version, [], new Dictionary<string, ReturnSites>(), HasCalls: true, HasRecords: false)
        {
            Error = $"{(version.Length > 0 ? version : "Go")} is not seen through: {reason}.",
        };

    private static List<ulong> CallsOf(
        GoCode code, Dictionary<string, GoFunction> functions, string caller, string callee)
    {
        if (!functions.TryGetValue(callee, out var target))
        {
            return [];
        }

        var function = functions[caller];
        return
        [
            .. ProbeSites.Decode(code.Read(function), code.AddressOf(function))
                .Where(i => i.IsCallNear && i.NearBranchTarget == code.AddressOf(target))
                .Select(i => i.IP),
        ];
    }

    /// <summary>
    /// Is the receiver found from rbp at a site? rbp points to the caller's, and arguments in registers must have been
    /// stored, the first behind the return address.
    /// </summary>
    private static bool KeepsReceiver(GoCode code, in GoFunction function, ulong site)
    {
        long? frame = null; // from rsp to what rbp points to
        var isPointer = false;
        foreach (var instruction in ProbeSites.Decode(code.Read(function), code.AddressOf(function)))
        {
            if (instruction.IP >= site)
            {
                return false;
            }

            var isStackOperand = instruction.MemoryBase == Register.RSP && instruction.MemoryIndex == Register.None;
            var displacement = (long)instruction.MemoryDisplacement64;
            switch (instruction.Code)
            {
                case Code.Lea_r64_m when instruction.Op0Register == Register.RBP && isStackOperand:
                    frame = displacement;
                    break;
                case Code.Mov_rm64_r64 or Code.Mov_r64_rm64
                    when instruction.Op0Register == Register.RBP && instruction.Op1Register == Register.RSP:
                    isPointer = true;
                    break;
                case Code.Sub_rm64_imm8 or Code.Sub_rm64_imm32
                    when instruction.Op0Register == Register.RSP && isPointer:
                    frame = (long)instruction.GetImmediate(1);
                    break;
                case Code.Mov_rm64_r64 when instruction.Op1Register == Register.RAX && isStackOperand
                    && displacement == frame + ReceiverAt:
                    return true;
            }

            if (frame is not null && code.Abi == GoAbi.Stack)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>"go1.24.4 X:boringcrypto", "go1.27.4-X:boringcrypto": "Go 1.27.4 (boringcrypto)".</summary>
    private static string Describe(string version)
    {
        var parts = version.Split("X:", 2);
        var number = parts[0].TrimEnd(' ', '-');
        number = number.StartsWith("go", StringComparison.Ordinal) ? number[2..] : number;
        return parts.Length == 2 ? $"Go {number} ({parts[1]})" : $"Go {number}".TrimEnd();
    }
}
