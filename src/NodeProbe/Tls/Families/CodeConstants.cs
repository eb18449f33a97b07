using Iced.Intel;
using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Tls.Families;

/// <summary>
/// Constants that code stores at fixed addresses: how compilers fill a table of functions that is built at run time.
/// </summary>
/// <remarks>
/// The code is followed from instruction to instruction, knowing of each register only whether it holds an address
/// that the code itself made (lea); pairs of addresses also travel in vector registers. All is forgotten where the
/// code may have come from elsewhere: behind a call, a jump or a return.
/// </remarks>
internal sealed class CodeConstants
{
    private const ulong MaxCodeBytes = 16 << 20; // of a library whose table is wanted
    private const int MaxStores = 1 << 16;

    private readonly Dictionary<ulong, ulong> _addresses = [];
    private readonly Dictionary<ulong, uint> _numbers = [];
    private readonly Dictionary<Register, (ulong? Low, ulong? High)> _registers = [];
    private readonly InstructionInfoFactory _info = new();

    private CodeConstants()
    {
    }

    /// <summary>Addresses stored, by where.</summary>
    public IReadOnlyDictionary<ulong, ulong> Addresses => _addresses;

    /// <summary>Numbers of 32 bits stored, by where.</summary>
    public IReadOnlyDictionary<ulong, uint> Numbers => _numbers;

    /// <summary>Reads the code of a file; without .text, or when it is too large, there are none.</summary>
    public static CodeConstants Read(ElfFile file)
    {
        var constants = new CodeConstants();
        if (file.FindSection(".text") is not { } section || section.Bytes > MaxCodeBytes
            || file.ReadSection(section, (int)section.Bytes) is not { } code)
        {
            return constants;
        }

        var decoder = Decoder.Create(64, new ByteArrayCodeReader(code), section.Address);
        while (decoder.IP < section.Address + (ulong)code.Length && constants._addresses.Count < MaxStores)
        {
            decoder.Decode(out var instruction);
            constants.Follow(instruction);
        }

        return constants;
    }

    private void Follow(in Instruction instruction)
    {
        if (instruction.FlowControl is not FlowControl.Next)
        {
            _registers.Clear();
            return;
        }

        switch (instruction.Code)
        {
            case Code.Lea_r64_m when instruction.IsIPRelativeMemoryOperand:
                _registers[instruction.Op0Register] = (instruction.IPRelativeMemoryAddress, null);
                return;
            case Code.Movq_xmm_rm64 when instruction.Op1Kind == OpKind.Register:
                _registers[instruction.Op0Register] = (Of(instruction.Op1Register).Low, null);
                return;
            case Code.Punpcklqdq_xmm_xmmm128 when instruction.Op1Kind == OpKind.Register:
                _registers[instruction.Op0Register] =
                    (Of(instruction.Op0Register).Low, Of(instruction.Op1Register).Low);
                return;
            case Code.Movhps_xmm_m64:
                _registers[instruction.Op0Register] = (Of(instruction.Op0Register).Low, null);
                return;
        }

        if (instruction.Op0Kind == OpKind.Memory)
        {
            Store(instruction);
        }

        Forget(instruction);
    }

    private void Store(in Instruction instruction)
    {
        if (!instruction.IsIPRelativeMemoryOperand)
        {
            return;
        }

        var at = instruction.IPRelativeMemoryAddress;
        switch (instruction.Code)
        {
            case Code.Mov_rm32_imm32:
                _numbers[at] = instruction.Immediate32;
                break;
            case Code.Mov_rm64_r64:
                Note(at, Of(instruction.Op1Register).Low);
                break;
            case Code.Movups_xmmm128_xmm or Code.Movaps_xmmm128_xmm or Code.Movdqu_xmmm128_xmm
                or Code.Movdqa_xmmm128_xmm:
                Note(at, Of(instruction.Op1Register).Low);
                Note(at + sizeof(ulong), Of(instruction.Op1Register).High);
                break;
        }
    }

    private void Note(ulong at, ulong? value)
    {
        if (value is { } address)
        {
            _addresses[at] = address;
        }
    }

    private void Forget(in Instruction instruction)
    {
        foreach (var used in _info.GetInfo(instruction).GetUsedRegisters())
        {
            if (used.Access is not (OpAccess.Read or OpAccess.CondRead))
            {
                _registers.Remove(used.Register.GetFullRegister());
                _registers.Remove(used.Register);
            }
        }
    }

    private (ulong? Low, ulong? High) Of(Register register) => _registers.GetValueOrDefault(register);
}
