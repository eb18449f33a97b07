using System.Runtime.CompilerServices;

namespace PixieOrleans.NodeProbe.Profiles.Unwinding;

/// <summary>
/// Evaluates the expressions that rules use: those of PLT stubs, of frames that signals made, of realigned stacks.
/// </summary>
/// <remarks>Source: DWARF 5, sections 2.5 and 7.7.1.</remarks>
internal static class DwarfExpression
{
    private const int MaxDepth = 16;
    private const int MaxOperations = 64; // compilers use a dozen

    /// <summary>The result of an expression; false when it uses what is not known or cannot be read.</summary>
    /// <param name="section">.eh_frame, with the expression's length and bytes at <paramref name="at"/>.</param>
    /// <param name="at">Its place.</param>
    /// <param name="frame">Registers and memory.</param>
    /// <param name="cfa">On the stack at the start, but for the CFA's own expression.</param>
    /// <param name="value">The result.</param>
    public static bool TryEvaluate(
        ReadOnlySpan<byte> section, int at, scoped in UnwindFrame frame, ulong? cfa, out ulong value)
    {
        value = 0;
        var length = new DwarfReader(section, at);
        var bytes = length.ReadUleb();
        if (length.Failed || bytes > (ulong)(section.Length - length.Position))
        {
            return false;
        }

        var reader = new DwarfReader(section[..(length.Position + (int)bytes)], length.Position);
        var stack = default(ValueStack);
        if (cfa is { } start)
        {
            stack.Push(start);
        }

        for (var done = 0; !reader.IsAtEnd; done++)
        {
            if (done == MaxOperations || !Step(reader.ReadByte(), ref reader, ref stack, frame))
            {
                return false;
            }
        }

        value = stack.Pop();
        return !reader.Failed && !stack.Failed;
    }

    private static bool Step(byte code, ref DwarfReader reader, ref ValueStack stack, in UnwindFrame frame)
    {
        switch (code)
        {
            case 0x06: // deref
                var known = frame.Memory.TryRead(stack.Pop(), out var word);
                stack.Push(word);
                return known;
            case 0x08 or 0x0A or 0x0C or 0x0E: // const1u, const2u, const4u, const8u
                stack.Push(reader.ReadFixed(1 << ((code - 0x08) / 2)));
                return true;
            case 0x09 or 0x0B or 0x0D or 0x0F: // the same, signed
                stack.Push((ulong)reader.ReadSigned(1 << ((code - 0x09) / 2)));
                return true;
            case 0x10:
                stack.Push(reader.ReadUleb());
                return true;
            case 0x11:
                stack.Push((ulong)reader.ReadSleb());
                return true;
            case 0x12: // dup
                var top = stack.Pop();
                stack.Push(top);
                stack.Push(top);
                return true;
            case 0x13: // drop
                stack.Pop();
                return true;
            case 0x23: // plus_uconst
                stack.Push(stack.Pop() + reader.ReadUleb());
                return true;
            case >= 0x30 and <= 0x4F: // lit0 to lit31
                stack.Push((ulong)(code - 0x30));
                return true;
            case >= 0x70 and <= 0x8F: // breg0 to breg31
                var isKnown = frame.Registers.TryGet(code - 0x70, out var register);
                stack.Push(register + (ulong)reader.ReadSleb());
                return isKnown;
            default:
                return Combine(code, ref stack);
        }
    }

    private static bool Combine(byte code, ref ValueStack stack)
    {
        var right = stack.Pop();
        var left = stack.Pop();
        ulong? result = code switch
        {
            0x1A => left & right,
            0x1C => left - right,
            0x1E => left * right,
            0x21 => left | right,
            0x22 => left + right,
            0x24 => right < 64 ? left << (int)right : 0,
            0x25 => right < 64 ? left >> (int)right : 0,
            0x29 => Truth(left == right),
            0x2A => Truth((long)left >= (long)right),
            0x2B => Truth((long)left > (long)right),
            0x2C => Truth((long)left <= (long)right),
            0x2D => Truth((long)left < (long)right),
            0x2E => Truth(left != right),
            _ => null,
        };
        stack.Push(result ?? 0);
        return result is not null;
    }

    private static ulong Truth(bool value) => value ? 1UL : 0;

    [InlineArray(MaxDepth)]
    private struct Values
    {
        private ulong _first;
    }

    private struct ValueStack
    {
        private Values _values;
        private int _count;

        /// <summary>True after too many or too few values.</summary>
        public bool Failed { get; private set; }

        public void Push(ulong value)
        {
            if (_count == MaxDepth)
            {
                Failed = true;
                return;
            }

            _values[_count++] = value;
        }

        public ulong Pop()
        {
            if (_count == 0)
            {
                Failed = true;
                return 0;
            }

            return _values[--_count];
        }
    }
}
