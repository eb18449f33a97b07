using System.Runtime.CompilerServices;

namespace PixieOrleans.NodeProbe.Profiles.Unwinding;

/// <summary>Runs the instructions (DW_CFA_*) of an entry up to a place of its code.</summary>
/// <remarks>Source: DWARF 5, sections 6.4.2 and 7.24; instructions of GNU from 0x2E on: binutils.</remarks>
internal ref struct CfaProgram
{
    private const int MaxRemembered = 8; // states; compilers nest one
    private const int MaxInstructions = 1 << 16; // of an entry; real ones have some thousand at most
    private readonly FrameEntry _entry;
    private readonly ReadOnlySpan<byte> _section;
    private readonly ulong _sectionAddress;
    private readonly ulong _target;
    private ulong _place;
    private UnwindRow _row;
    private UnwindRow _initial;
    private Remembered _remembered;
    private int _rememberedCount;

    private CfaProgram(ReadOnlySpan<byte> section, ulong sectionAddress, in FrameEntry entry, ulong target)
    {
        _section = section;
        (_sectionAddress, _entry, _target, _place) = (sectionAddress, entry, target, entry.Address);
    }

    /// <summary>The row of an address; false when an instruction is damaged or not known.</summary>
    /// <param name="section">.eh_frame.</param>
    /// <param name="sectionAddress">Virtual address of its first byte.</param>
    /// <param name="entry">Entry whose code the address is in.</param>
    /// <param name="address">Virtual address.</param>
    /// <param name="row">The row.</param>
    public static bool TryRun(
        ReadOnlySpan<byte> section, ulong sectionAddress, in FrameEntry entry, ulong address, out UnwindRow row)
    {
        var program = new CfaProgram(section, sectionAddress, entry, address);
        program._row.CfaRegister = DwarfRegister.Sp;
        program._row.IsSignal = entry.Common.IsSignal;
        var succeeded = program.Run(entry.Common.Start, entry.Common.End);
        program._initial = program._row;
        succeeded = succeeded && program.Run(entry.Start, entry.End);
        row = program._row;
        return succeeded;
    }

    private bool Run(int start, int end)
    {
        var reader = new DwarfReader(_section[..end], start);
        for (var done = 0; !reader.IsAtEnd && _place <= _target; done++)
        {
            if (done == MaxInstructions)
            {
                return false;
            }

            var code = reader.ReadByte();
            var operand = code & 0x3F;
            var known = (code >> 6) switch
            {
                1 => Advance((ulong)operand),
                2 => Set(operand, new(RuleKind.AtCfa, Scaled(reader.ReadUleb()))),
                3 => Restore(operand),
                _ => Step(code, ref reader),
            };
            if (!known)
            {
                return false;
            }
        }

        return !reader.Failed;
    }

    private bool Step(byte code, ref DwarfReader reader) => code switch
    {
        0x00 => true, // nop
        0x01 => AdvanceTo(reader.ReadPointer(_entry.Common.Encoding, _sectionAddress)),
        0x02 => Advance(reader.ReadFixed(1)),
        0x03 => Advance(reader.ReadFixed(2)),
        0x04 => Advance(reader.ReadFixed(4)),
        0x05 => Set(Register(ref reader), new(RuleKind.AtCfa, Scaled(reader.ReadUleb()))), // offset_extended
        0x06 => Restore(Register(ref reader)),
        0x07 => Set(Register(ref reader), new(RuleKind.Undefined)),
        0x08 => Set(Register(ref reader), default), // same_value
        0x09 => Set(Register(ref reader), new(RuleKind.Register, Register(ref reader))),
        0x0A => Remember(),
        0x0B => Recall(),
        0x0C => SetCfa(Register(ref reader), (int)reader.ReadUleb()),
        0x0D => SetCfa(Register(ref reader), _row.CfaOffset),
        0x0E => SetCfa(_row.CfaRegister, (int)reader.ReadUleb()),
        0x0F => SetCfa(-1, Expression(ref reader)),
        0x10 => Set(Register(ref reader), new(RuleKind.AtExpression, Expression(ref reader))),
        0x11 => Set(Register(ref reader), new(RuleKind.AtCfa, Scaled((ulong)reader.ReadSleb()))),
        0x12 => SetCfa(Register(ref reader), Scaled((ulong)reader.ReadSleb())),
        0x13 => SetCfa(_row.CfaRegister, Scaled((ulong)reader.ReadSleb())),
        0x14 => Set(Register(ref reader), new(RuleKind.CfaPlus, Scaled(reader.ReadUleb()))),
        0x15 => Set(Register(ref reader), new(RuleKind.CfaPlus, Scaled((ulong)reader.ReadSleb()))),
        0x16 => Set(Register(ref reader), new(RuleKind.Expression, Expression(ref reader))),
        0x2E => reader.ReadUleb() >= 0, // GNU_args_size
        0x2F => Set(Register(ref reader), new(RuleKind.AtCfa, -Scaled(reader.ReadUleb()))),
        _ => false,
    };

    private readonly int Scaled(ulong offset) => (int)((long)offset * _entry.Common.DataAlignment);

    private static int Register(ref DwarfReader reader) => (int)Math.Min(reader.ReadUleb(), int.MaxValue);

    /// <summary>Place of an expression (its length and bytes), which is skipped.</summary>
    private static int Expression(ref DwarfReader reader)
    {
        var place = reader.Position;
        reader.Skip(reader.ReadUleb());
        return place;
    }

    private bool Advance(ulong distance) => AdvanceTo(_place + (distance * _entry.Common.CodeAlignment));

    private bool AdvanceTo(ulong place)
    {
        var isForward = place >= _place;
        _place = place; // beyond the target the loop ends, and the row stays as it is
        return isForward;
    }

    private bool Set(int register, UnwindRule rule)
    {
        if ((uint)register < DwarfRegister.Count)
        {
            _row.Rules[register] = rule; // others are no part of a walk: vector registers
        }

        return true;
    }

    private bool Restore(int register) =>
        (uint)register >= DwarfRegister.Count || Set(register, _initial.Rules[register]);

    private bool SetCfa(int register, int offset)
    {
        (_row.CfaRegister, _row.CfaOffset) = (register, offset);
        return register < DwarfRegister.Count;
    }

    private bool Remember()
    {
        if (_rememberedCount == MaxRemembered)
        {
            return false;
        }

        _remembered[_rememberedCount++] = _row;
        return true;
    }

    private bool Recall()
    {
        if (_rememberedCount == 0)
        {
            return false;
        }

        _row = _remembered[--_rememberedCount];
        return true;
    }

    [InlineArray(MaxRemembered)]
    private struct Remembered
    {
        private UnwindRow _first;
    }
}
