using Iced.Intel;

namespace PixieOrleans.NodeProbe.Tls.Stripped;

/// <summary>Constants in the registers of a call's first five arguments; null where it is not known.</summary>
internal readonly record struct ArgumentValues(ulong? Rdi, ulong? Rsi, ulong? Rdx, ulong? Rcx, ulong? R8)
{
    /// <summary>The error that a call with these arguments reports; null when it is no such call.</summary>
    /// <remarks>Optimised with the whole program the second argument, which nobody uses, may be left out.</remarks>
    public ErrorMark? AsError(ulong callee) => this switch
    {
        { Rdi: { } library, Rsi: 0, Rdx: { } reason, Rcx: { } file, R8: { } line }
            when AreNumbers(library, reason, line) =>
            new ErrorMark((uint)library, (uint)reason, file, (uint)line, callee),
        { Rdi: { } library, Rsi: { } reason, Rdx: { } file, Rcx: { } line }
            when AreNumbers(library, reason, line) =>
            new ErrorMark((uint)library, (uint)reason, file, (uint)line, callee),
        _ => null,
    };

    /// <summary>Values behind an instruction that does not jump or call.</summary>
    public ArgumentValues After(in Instruction instruction)
    {
        if (instruction.OpCount == 0 || instruction.Op0Kind != OpKind.Register
            || instruction.Mnemonic is Mnemonic.Cmp or Mnemonic.Test or Mnemonic.Push)
        {
            return this;
        }

        var register = instruction.Op0Register;
        return With(register.GetFullRegister(), instruction.Code switch
        {
            Code.Mov_r32_imm32 => instruction.Immediate32,
            Code.Lea_r64_m when instruction.IsIPRelativeMemoryOperand => instruction.IPRelativeMemoryAddress,
            Code.Xor_r32_rm32 or Code.Xor_rm32_r32
                when instruction.Op1Kind == OpKind.Register && instruction.Op1Register == register => 0,
            _ => null,
        });
    }

    private static bool AreNumbers(ulong library, ulong reason, ulong line) =>
        library <= byte.MaxValue && reason is > 0 and <= ushort.MaxValue && line is > 0 and <= ushort.MaxValue;

    private ArgumentValues With(Register register, ulong? value) => register switch
    {
        Register.RDI => this with { Rdi = value },
        Register.RSI => this with { Rsi = value },
        Register.RDX => this with { Rdx = value },
        Register.RCX => this with { Rcx = value },
        Register.R8 => this with { R8 = value },
        _ => this,
    };
}
