using Iced.Intel;

namespace PixieOrleans.NodeProbe.Tls.Stripped;

/// <summary>What the code of one function does, as far as it can be told without running it.</summary>
/// <param name="Entry">Address of its first instruction.</param>
/// <param name="Bytes">Bytes from there to the end of its last instruction before the next function.</param>
/// <param name="Errors">Errors that it reports.</param>
/// <param name="Calls">Functions that it calls, or ends in.</param>
/// <param name="Instructions">All that are reached from the entry, by address.</param>
internal sealed record FunctionCode(
    ulong Entry,
    ulong Bytes,
    IReadOnlySet<ErrorMark> Errors,
    IReadOnlySet<ulong> Calls,
    IReadOnlyList<Instruction> Instructions)
{
    /// <summary>True when it reports an error at a line of a source.</summary>
    public bool Has(ErrorMark error) => Errors.Contains(error);

    /// <summary>Distances from a pointer at which it reads, or writes, numbers of 64 bits; not of the stack.</summary>
    public IReadOnlySet<ulong> Fields(bool written)
    {
        var found = new HashSet<ulong>();
        foreach (var instruction in Instructions)
        {
            if (!IsField(instruction))
            {
                continue;
            }

            var isWrite = instruction.Op0Kind == OpKind.Memory
                && instruction.Mnemonic is not (Mnemonic.Cmp or Mnemonic.Test or Mnemonic.Push or Mnemonic.Call);
            if (isWrite != written)
            {
                continue;
            }

            found.Add(instruction.MemoryDisplacement64);
            if (instruction.MemorySize.GetSize() == 2 * sizeof(ulong))
            {
                found.Add(instruction.MemoryDisplacement64 + sizeof(ulong));
            }
        }

        return found;
    }

    private static bool IsField(in Instruction instruction) =>
        instruction.MemoryBase is not (Register.None or Register.RSP or Register.RIP)
        && instruction.MemoryIndex == Register.None
        && instruction.MemorySize.GetSize() is sizeof(ulong) or 2 * sizeof(ulong)
        && (instruction.Op0Kind == OpKind.Memory || instruction.Op1Kind == OpKind.Memory)
        && instruction.Mnemonic != Mnemonic.Lea;
}
