using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Profiles.Unwinding;

/// <summary>How a walk over a stack ended.</summary>
internal enum WalkEnd
{
    /// <summary>At a function without a caller.</summary>
    Root,

    /// <summary>At something that is no code, or with registers that lead nowhere.</summary>
    Lost,

    /// <summary>At the end of what was copied of the stack.</summary>
    BeyondCopy,

    /// <summary>With as many frames as are kept.</summary>
    Full,
}

/// <summary>
/// Walks the stack of one sample from the innermost frame to the root: by .eh_frame where code is described, by frame
/// pointer where it is not (Go, what runtimes compile).
/// </summary>
internal ref struct StackWalk(
    uint processId, ExecutableCode code, FrameTableCache tables, RowCache rows, long nowNs, StackMemory memory)
{
    private readonly StackMemory _memory = memory;
    private bool _isCaller; // the address is behind a call, not of an instruction that runs next

    /// <summary>Writes the addresses of the frames, innermost first.</summary>
    public WalkEnd Run(scoped in RegisterValues start, Span<ulong> addresses, out int count)
    {
        var registers = start;
        count = 0;
        while (count < addresses.Length)
        {
            if (registers.Pc == 0)
            {
                return count > 0 ? WalkEnd.Root : WalkEnd.Lost;
            }

            if (!code.TryFind(registers.Pc - (_isCaller ? 1UL : 0), nowNs, out var mapped))
            {
                return WalkEnd.Lost;
            }

            addresses[count++] = registers.Pc;
            if (Step(ref registers, mapped) is { } end)
            {
                return end;
            }
        }

        return WalkEnd.Full;
    }

    /// <summary>From a frame to its caller's; the end when there is none.</summary>
    private WalkEnd? Step(ref RegisterValues registers, in MappedCode mapped)
    {
        registers.TryGet(DwarfRegister.Sp, out var before);
        var table = tables.Find(processId, mapped);
        var place = registers.Pc - (_isCaller ? 1UL : 0);
        WalkEnd? end;
        var isSignal = false;
        if (table?.AddressOf(mapped.OffsetOf(place)) is { } address && rows.TryFind(table, address, out var row))
        {
            end = Leave(ref registers, table, row);
            isSignal = row.IsSignal;
        }
        else
        {
            end = FollowPointer(ref registers);
        }

        _isCaller = !isSignal;
        return end ?? (!isSignal && registers.TryGet(DwarfRegister.Sp, out var after) && after <= before
            ? WalkEnd.Lost // a stack grows down: anything else would go round in circles
            : null);
    }

    private readonly WalkEnd? FollowPointer(ref RegisterValues registers)
    {
        registers.TryGet(DwarfRegister.Sp, out var sp);
        if (!registers.TryGet(DwarfRegister.Bp, out var bp) || (bp != 0 && bp < sp))
        {
            return WalkEnd.Lost;
        }

        if (bp == 0)
        {
            return WalkEnd.Root;
        }

        if (!_memory.TryRead(bp + sizeof(ulong), out var caller) || !_memory.TryRead(bp, out var pointer))
        {
            return WalkEnd.BeyondCopy;
        }

        registers.Set(DwarfRegister.Pc, caller);
        registers.Set(DwarfRegister.Bp, pointer);
        registers.Set(DwarfRegister.Sp, bp + (2 * sizeof(ulong)));
        return null;
    }

    private readonly WalkEnd? Leave(ref RegisterValues registers, FrameTable table, in UnwindRow row)
    {
        var frame = new UnwindFrame(registers, _memory);
        if (row.Rules[DwarfRegister.Pc].Kind == RuleKind.Undefined)
        {
            return WalkEnd.Root;
        }

        if (!TryFindCfa(frame, table, row, out var cfa))
        {
            return row.CfaRegister < 0 ? WalkEnd.BeyondCopy : WalkEnd.Lost;
        }

        registers.Set(DwarfRegister.Sp, cfa); // unless a rule says otherwise
        for (var register = 0; register < DwarfRegister.Count; register++)
        {
            var rule = row.Rules[register];
            if (rule.Kind == RuleKind.Same)
            {
                continue;
            }

            if (TryApply(rule, frame, table, cfa, out var value))
            {
                registers.Set(register, value);
                continue;
            }

            registers.Clear(register);
            if (register == DwarfRegister.Pc)
            {
                return WalkEnd.BeyondCopy;
            }
        }

        return null;
    }

    private static bool TryFindCfa(scoped in UnwindFrame frame, FrameTable table, in UnwindRow row, out ulong cfa)
    {
        if (row.CfaRegister < 0)
        {
            return table.TryEvaluate(row.CfaOffset, frame, cfa: null, out cfa);
        }

        var isKnown = frame.Registers.TryGet(row.CfaRegister, out var value);
        cfa = value + (ulong)row.CfaOffset;
        return isKnown;
    }

    private static bool TryApply(
        UnwindRule rule, scoped in UnwindFrame frame, FrameTable table, ulong cfa, out ulong value)
    {
        value = cfa + (ulong)rule.Operand;
        return rule.Kind switch
        {
            RuleKind.AtCfa => frame.Memory.TryRead(value, out value),
            RuleKind.CfaPlus => true,
            RuleKind.Register => frame.Registers.TryGet(rule.Operand, out value),
            RuleKind.Expression => table.TryEvaluate(rule.Operand, frame, cfa, out value),
            RuleKind.AtExpression => table.TryEvaluate(rule.Operand, frame, cfa, out value)
                && frame.Memory.TryRead(value, out value),
            _ => false,
        };
    }
}
