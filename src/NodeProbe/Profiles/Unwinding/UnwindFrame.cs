using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace PixieOrleans.NodeProbe.Profiles.Unwinding;

/// <summary>A copy of the top of a thread's stack, borrowed.</summary>
/// <param name="start">Address of its first byte.</param>
/// <param name="bytes">The copy.</param>
internal readonly ref struct StackMemory(ulong start, ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>True without any memory.</summary>
    public bool IsEmpty => _bytes.IsEmpty;

    /// <summary>Reads 8 bytes; false when they were not copied.</summary>
    public bool TryRead(ulong address, out ulong value)
    {
        var offset = address - start;
        if (_bytes.Length < sizeof(ulong) || offset > (ulong)(_bytes.Length - sizeof(ulong)))
        {
            value = 0;
            return false;
        }

        value = BinaryPrimitives.ReadUInt64LittleEndian(_bytes[(int)offset..]);
        return true;
    }
}

/// <summary>Registers by DWARF's numbers, as far as they are known.</summary>
internal struct RegisterValues
{
    private Values _values;
    private uint _known; // a bit per register

    /// <summary>Where the code is.</summary>
    public readonly ulong Pc => _values[DwarfRegister.Pc];

    /// <summary>Sets a register.</summary>
    public void Set(int register, ulong value)
    {
        _values[register] = value;
        _known |= 1U << register;
    }

    /// <summary>Reads a register; false when its value is not known.</summary>
    public readonly bool TryGet(int register, out ulong value)
    {
        var isKnown = (uint)register < DwarfRegister.Count && (_known & (1U << register)) != 0;
        value = isKnown ? _values[register] : 0;
        return isKnown;
    }

    /// <summary>The value is lost.</summary>
    public void Clear(int register) => _known &= ~(1U << register);

    [InlineArray(DwarfRegister.Count)]
    private struct Values
    {
        private ulong _first;
    }
}

/// <summary>A frame: its registers and the stack.</summary>
internal ref struct UnwindFrame(in RegisterValues registers, StackMemory memory)
{
    /// <summary>Values in this frame.</summary>
    public RegisterValues Registers = registers;

    /// <summary>The stack.</summary>
    public readonly StackMemory Memory = memory;
}
