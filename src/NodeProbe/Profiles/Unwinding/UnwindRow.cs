using System.Runtime.CompilerServices;

namespace PixieOrleans.NodeProbe.Profiles.Unwinding;

/// <summary>How the value of a register in the caller is found.</summary>
internal enum RuleKind : byte
{
    /// <summary>It is what it is now.</summary>
    Same = 0,

    /// <summary>It is lost; of the return address: there is no caller.</summary>
    Undefined,

    /// <summary>In memory at the CFA plus an offset.</summary>
    AtCfa,

    /// <summary>The CFA plus an offset.</summary>
    CfaPlus,

    /// <summary>In memory at the result of an expression.</summary>
    AtExpression,

    /// <summary>The result of an expression.</summary>
    Expression,

    /// <summary>Another register's value.</summary>
    Register,
}

/// <summary>A rule; the operand is an offset, a register, or the place of an expression in .eh_frame.</summary>
internal readonly record struct UnwindRule(RuleKind Kind, int Operand = 0);

/// <summary>Registers of x86-64 in DWARF's numbers; the last is the return address.</summary>
internal static class DwarfRegister
{
    /// <summary>rbx.</summary>
    public const int Bx = 3;

    /// <summary>rbp.</summary>
    public const int Bp = 6;

    /// <summary>rsp.</summary>
    public const int Sp = 7;

    /// <summary>r12; r13 to r15 follow.</summary>
    public const int R12 = 12;

    /// <summary>The return address.</summary>
    public const int Pc = 16;

    /// <summary>How many there are.</summary>
    public const int Count = 17;
}

/// <summary>A rule for each register.</summary>
[InlineArray(DwarfRegister.Count)]
internal struct RegisterRules
{
    private UnwindRule _first;
}

/// <summary>What holds at one place of the code: where the caller's frame is (CFA) and its registers are.</summary>
internal struct UnwindRow
{
    /// <summary>Register that the CFA counts from; -1 when an expression gives it.</summary>
    public int CfaRegister;

    /// <summary>Offset from the register, or the place of the expression.</summary>
    public int CfaOffset;

    /// <summary>The frame is one that a signal made: its caller was interrupted, it did not call.</summary>
    public bool IsSignal;

    /// <summary>Rules of the registers.</summary>
    public RegisterRules Rules;
}
