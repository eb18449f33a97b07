using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Tls.Families;

/// <summary>How Go passes arguments.</summary>
internal enum GoAbi
{
    /// <summary>On the stack: before Go 1.17.</summary>
    Stack,

    /// <summary>In rax, rbx, rcx, rdi, rsi …; r14 is the goroutine.</summary>
    Registers,
}

/// <summary>Code of functions of a Go program, with where Go's code starts.</summary>
/// <remarks>
/// The table of functions names the start of code up to Go 1.25. Since it is zero, and in programs for any address
/// always: the section's start, unless a C linker put its own code before. Then the start is where all functions begin
/// as Go's functions do, with the check of their stack.
/// </remarks>
internal sealed class GoCode
{
    private const int MaxFunctionBytes = 32 << 10; // of crypto/tls' functions the largest has 8 KiB
    private const int BeginningBytes = 16;
    private const int SearchBytes = 16 << 20; // of C code before Go's
    private const int WindowBytes = 256 << 10;
    private const int SearchStep = 16; // functions are aligned to it
    private const int MinFunctions = 3; // whose beginnings agree

    private readonly ElfFile _file;
    private readonly ulong _base;

    private GoCode(ElfFile file, ulong start, GoAbi abi) => (_file, _base, Abi) = (file, start, abi);

    /// <summary>How arguments are passed.</summary>
    public GoAbi Abi { get; }

    /// <summary>Finds where code starts, by functions that check their stack; null when none of it is Go's.</summary>
    public static GoCode? Open(ElfFile file, bool isRelative, IReadOnlyCollection<GoFunction> functions)
    {
        if (file.FindSection(".text") is not { HasBytes: true } text || functions.Count < MinFunctions)
        {
            return null;
        }

        if (!isRelative)
        {
            return AbiAt(file, 0, functions) is { } abi ? new GoCode(file, 0, abi) : null;
        }

        var first = functions.First();
        var window = new byte[WindowBytes + BeginningBytes];
        for (var skipped = 0UL; skipped < Math.Min(SearchBytes, text.Bytes); skipped += WindowBytes)
        {
            var filled = file.OffsetOf(text.Address + first.Start + skipped) is { } offset
                ? file.Bytes.Read(offset, window)
                : 0;
            for (var at = 0; at + BeginningBytes <= filled && at < WindowBytes; at += SearchStep)
            {
                var start = text.Address + skipped + (ulong)at;
                if (AbiOf(window.AsSpan(at)) is not null && AbiAt(file, start, functions) is { } abi)
                {
                    return new GoCode(file, start, abi);
                }
            }
        }

        return null;
    }

    /// <summary>Virtual address of a function.</summary>
    public ulong AddressOf(in GoFunction function) => _base + function.Start;

    /// <summary>Code of a function; empty when the file lacks it.</summary>
    public ReadOnlyMemory<byte> Read(in GoFunction function)
    {
        if (_file.OffsetOf(AddressOf(function)) is not { } offset)
        {
            return default;
        }

        var code = new byte[Math.Min(function.Bytes, MaxFunctionBytes)];
        return code.AsMemory(0, _file.Bytes.Read(offset, code));
    }

    private static GoAbi? AbiAt(ElfFile file, ulong start, IReadOnlyCollection<GoFunction> functions)
    {
        GoAbi? abi = null;
        Span<byte> beginning = stackalloc byte[BeginningBytes];
        foreach (var function in functions)
        {
            var found = file.OffsetOf(start + function.Start) is { } offset && file.Bytes.TryRead(offset, beginning)
                ? AbiOf(beginning)
                : null;
            if (found is null || (abi is not null && abi != found))
            {
                return null;
            }

            abi = found;
        }

        return abi;
    }

    /// <summary>The check of the stack: its pointer, or what it will be, against the bound that g knows.</summary>
    private static GoAbi? AbiOf(ReadOnlySpan<byte> beginning)
    {
        ReadOnlySpan<byte> compare = [0x49, 0x3B, 0x66, 0x10]; // cmp rsp, [r14 + 16]
        ReadOnlySpan<byte> address = [0x4C, 0x8D]; // lea r12, [rsp - frame], of 8 or 32 bits
        ReadOnlySpan<byte> goroutine = [0x64, 0x48, 0x8B, 0x0C, 0x25, 0xF8, 0xFF, 0xFF, 0xFF]; // mov rcx, fs:[-8]
        if (beginning.StartsWith(goroutine))
        {
            return GoAbi.Stack;
        }

        var isLarge = beginning.StartsWith(address) && (beginning[2] is 0x64 or 0xA4) && beginning[3] == 0x24;
        return isLarge || beginning.StartsWith(compare) ? GoAbi.Registers : null;
    }
}
