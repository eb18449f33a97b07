using Iced.Intel;
using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Tls.Stripped;

/// <summary>
/// Reads functions by following their jumps from the first instruction on, with the constants that they pass to calls.
/// </summary>
/// <remarks>
/// Compilers share the ends of branches: the same instructions are followed once for each set of constants that they
/// are reached with. Jumps to the beginnings of other functions are their ends; so are jumps without condition that
/// leave the part of the code that is looked at.
/// </remarks>
/// <param name="code">The code.</param>
/// <param name="area">The part of it that is looked at.</param>
/// <param name="entries">Beginnings of functions in it.</param>
internal sealed class FunctionReader(CodeBytes code, AddressRanges area, IReadOnlySet<ulong> entries)
{
    private const int MaxInstructions = 4096; // functions of the API have some hundred
    private const int MaxBranches = 4096; // followed, with different constants
    private const ulong MaxBytes = 16 << 10;

    private readonly SortedDictionary<ulong, Instruction> _instructions = [];
    private readonly HashSet<(ulong Address, ArgumentValues Values)> _seen = [];
    private readonly Stack<(ulong Address, ArgumentValues Values)> _branches = [];
    private HashSet<ErrorMark> _errors = [];
    private HashSet<ulong> _calls = [];
    private ulong _entry;

    /// <summary>The function that begins at an address; null when that is no code, or it is too large.</summary>
    public FunctionCode? Read(ulong entry)
    {
        _instructions.Clear();
        _seen.Clear();
        _branches.Clear();
        (_errors, _calls, _entry) = ([], [], entry);
        _branches.Push((entry, default));
        while (_branches.TryPop(out var branch))
        {
            if (_seen.Count >= MaxBranches || !Follow(branch.Address, branch.Values))
            {
                return null;
            }
        }

        return new FunctionCode(entry, FindBytes(), _errors, _calls, [.. _instructions.Values]);
    }

    /// <summary>Follows code up to a return; false when it is none.</summary>
    private bool Follow(ulong address, ArgumentValues values)
    {
        while (address == _entry || !entries.Contains(address))
        {
            if (!TryDecode(address, out var instruction))
            {
                return false;
            }

            address = instruction.NextIP;
            switch (instruction.FlowControl)
            {
                case FlowControl.Next:
                    values = values.After(instruction);
                    break;
                case FlowControl.Call when instruction.IsCallNear:
                    Call(instruction.NearBranchTarget, values);
                    values = default;
                    break;
                case FlowControl.IndirectCall or FlowControl.Call:
                    values = default;
                    break;
                case FlowControl.ConditionalBranch:
                    Branch(instruction.NearBranchTarget, values);
                    break;
                case FlowControl.UnconditionalBranch when instruction.IsJmpShortOrNear:
                    Jump(instruction.NearBranchTarget, values);
                    return true;
                default: // return, jump by a pointer, trap
                    return true;
            }
        }

        return true;
    }

    private bool TryDecode(ulong address, out Instruction instruction)
    {
        if (_instructions.TryGetValue(address, out instruction))
        {
            return true;
        }

        if (_instructions.Count >= MaxInstructions || !code.TryDecode(address, out instruction))
        {
            return false;
        }

        _instructions[address] = instruction;
        return true;
    }

    private void Call(ulong callee, in ArgumentValues values)
    {
        _calls.Add(callee);
        if (values.AsError(callee) is { } error)
        {
            _errors.Add(error);
        }
    }

    private void Jump(ulong target, in ArgumentValues values)
    {
        if (entries.Contains(target) || !area.Contains(target))
        {
            Call(target, values);
        }
        else
        {
            Branch(target, values);
        }
    }

    private void Branch(ulong target, in ArgumentValues values)
    {
        if (entries.Contains(target) && target != _entry)
        {
            _calls.Add(target);
        }
        else if (_seen.Add((target, values)))
        {
            _branches.Push((target, values));
        }
    }

    private ulong FindBytes()
    {
        var limit = entries.Where(e => e > _entry).Append(_entry + MaxBytes).Min();
        var last = _instructions.Values.Where(i => i.IP >= _entry && i.IP < limit).Max(i => i.NextIP);
        return last - _entry;
    }
}
