using Iced.Intel;

namespace PixieOrleans.NodeProbe.Tls;

/// <summary>How the end of a function is seen.</summary>
internal enum ReturnSites
{
    /// <summary>At a jump before each return, which the kernel emulates: below 1 µs.</summary>
    Jump,

    /// <summary>At a call inside that has what is needed among its arguments, which the kernel emulates.</summary>
    Call,

    /// <summary>By replacing the return address at an entry that the kernel emulates: about 1 µs.</summary>
    ReturnProbe,

    /// <summary>At each return instruction, which the kernel steps over: about 10 µs in a VM.</summary>
    Return,

    /// <summary>By replacing the return address at an entry that must be stepped over: above 10 µs in a VM.</summary>
    SlowReturnProbe,
}

/// <summary>Where to probe one function.</summary>
/// <param name="Entry">Address where the arguments are still in their registers.</param>
/// <param name="IsEntryEmulated">True when the kernel need not step over the instruction there.</param>
/// <param name="Kind">How returns are seen.</param>
/// <param name="Returns">Their addresses; with a return probe the function's first.</param>
internal sealed record FunctionSites(
    ulong Entry, bool IsEntryEmulated, ReturnSites Kind, IReadOnlyList<ulong> Returns);

/// <summary>Chooses probe sites in a function's code: a probe costs a tenth where the kernel can emulate.</summary>
/// <remarks>
/// Emulated on x86-64 (kernel: arch/x86/kernel/uprobes.c, branch_setup_xol_ops and push_setup_xol_ops): relative
/// jumps, conditional jumps and calls, nop of one byte, push of a register. A jump before a return is taken only if
/// it guards the check of the stack's canary: it is passed on each way to that return, with the result in rax.
/// A return probe is the last resort: the kernel ends (SIGILL) a thread that changes stacks inside the function, as
/// coroutines do that wait in a replaced read().
/// </remarks>
internal static class ProbeSites
{
    private const int MaxReturns = 16; // each is a probe

    /// <summary>Chooses the sites; null when the code cannot be decoded from its beginning.</summary>
    /// <param name="code">The function's bytes.</param>
    /// <param name="address">Address of the first.</param>
    /// <param name="arguments">Registers that the entry site must still find untouched.</param>
    public static FunctionSites? Find(ReadOnlyMemory<byte> code, ulong address, IReadOnlyList<Register> arguments)
    {
        var instructions = Decode(code, address);
        if (instructions.Count == 0)
        {
            return null;
        }

        var entry = FindEntry(instructions, arguments);
        var (kind, returns) = FindReturns(instructions);
        return new FunctionSites(entry?.IP ?? address, entry is not null, kind, returns);
    }

    /// <summary>True when the kernel emulates the instruction instead of stepping over it.</summary>
    internal static bool IsEmulated(in Instruction instruction) =>
        instruction.IsJccShortOrNear || instruction.IsJmpShortOrNear || instruction.IsCallNear
        || (instruction.Mnemonic == Mnemonic.Nop && instruction.Length == 1)
        || (instruction.Code == Code.Push_r64 && instruction.Length <= 2);

    /// <summary>Instructions from the first byte on, up to one that is none.</summary>
    internal static List<Instruction> Decode(ReadOnlyMemory<byte> code, ulong address)
    {
        var decoder = Decoder.Create(64, new ByteArrayCodeReader(code.ToArray()), address);
        var instructions = new List<Instruction>();
        while (decoder.IP < address + (ulong)code.Length)
        {
            decoder.Decode(out var instruction);
            if (instruction.IsInvalid)
            {
                break;
            }

            instructions.Add(instruction);
        }

        return instructions;
    }

    private static Instruction? FindEntry(List<Instruction> instructions, IReadOnlyList<Register> arguments)
    {
        var info = new InstructionInfoFactory();
        foreach (var instruction in instructions)
        {
            if (IsEmulated(instruction))
            {
                return instruction;
            }

            if (instruction.FlowControl != FlowControl.Next || WritesAny(info, instruction, arguments))
            {
                return null;
            }
        }

        return null;
    }

    private static (ReturnSites Kind, IReadOnlyList<ulong> Returns) FindReturns(List<Instruction> instructions)
    {
        var start = instructions[0].IP;
        var probe = IsEmulated(instructions[0]) ? ReturnSites.ReturnProbe : ReturnSites.SlowReturnProbe;
        var end = instructions[^1].NextIP;
        var returns = new List<ulong>();
        var jumps = new List<ulong>();
        foreach (var (i, instruction) in instructions.Index())
        {
            if (IsTailCall(instruction, start, end))
            {
                return (probe, [start]); // it returns elsewhere
            }

            if (instruction.FlowControl == FlowControl.Return)
            {
                returns.Add(instruction.IP);
                if (FindGuard(instructions, i) is { } guard)
                {
                    jumps.Add(guard);
                }
            }
        }

        if (returns.Count is 0 or > MaxReturns)
        {
            return (probe, [start]);
        }

        return jumps.Count == returns.Count ? (ReturnSites.Jump, jumps) : (ReturnSites.Return, returns);
    }

    /// <summary>The jump of the canary's check that a return follows, with rax untouched between the two.</summary>
    private static ulong? FindGuard(List<Instruction> instructions, int returnIndex)
    {
        var info = new InstructionInfoFactory();
        var after = instructions[returnIndex].NextIP;
        for (var i = returnIndex - 1; i > 0; i--)
        {
            var instruction = instructions[i];
            if (instruction.IsJccShortOrNear)
            {
                var isGuard = IsCanaryCheck(instructions[i - 1])
                    && !instructions.Any(o => IsJumpInto(o, instruction.NextIP, after));
                return isGuard ? instruction.IP : null;
            }

            if (instruction.FlowControl != FlowControl.Next || WritesAny(info, instruction, [Register.RAX]))
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>Compares with the thread's canary, at fs:0x28 (where gcc and clang keep it on Linux x86-64).</summary>
    private static bool IsCanaryCheck(in Instruction instruction) =>
        instruction.Mnemonic is Mnemonic.Sub or Mnemonic.Xor or Mnemonic.Cmp
        && instruction.SegmentPrefix == Register.FS && instruction.MemoryDisplacement64 == 0x28;

    private static bool IsJumpInto(in Instruction jump, ulong from, ulong to) =>
        jump.FlowControl == FlowControl.IndirectBranch
        || ((jump.IsJccShortOrNear || jump.IsJmpShortOrNear)
            && jump.NearBranchTarget >= from && jump.NearBranchTarget < to);

    private static bool IsTailCall(in Instruction jump, ulong start, ulong end) =>
        jump.FlowControl == FlowControl.IndirectBranch
        || (jump.IsJmpShortOrNear && (jump.NearBranchTarget < start || jump.NearBranchTarget >= end));

    private static bool WritesAny(
        InstructionInfoFactory info, in Instruction instruction, IReadOnlyList<Register> registers)
    {
        foreach (var used in info.GetInfo(instruction).GetUsedRegisters())
        {
            var isWrite = used.Access is OpAccess.Write or OpAccess.ReadWrite or OpAccess.CondWrite
                or OpAccess.ReadCondWrite;
            if (isWrite && registers.Contains(used.Register.GetFullRegister()))
            {
                return true;
            }
        }

        return false;
    }
}
