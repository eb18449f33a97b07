using PixieOrleans.NodeProbe.Profiles.Interpreters;
using PixieOrleans.NodeProbe.Profiles.Symbols;
using PixieOrleans.NodeProbe.Profiles.Unwinding;

namespace PixieOrleans.NodeProbe.Profiles;

/// <summary>Turns stacks of addresses into text soon after they were sampled, while the process is there.</summary>
internal sealed class StackNames(long maxSymbolBytes, RuntimeMethods? runtimes = null, PythonStacks? python = null)
{
    private const long ForgetNs = 60L * 1_000_000_000;
    private const int MaxProcesses = 4096;

    private static readonly byte[] CutText = "[cut]"u8.ToArray();

    private readonly ModuleCache _modules = new(maxSymbolBytes);
    private readonly Dictionary<SampledProcess, ProcessSymbols> _processes = [];
    private readonly FoldedStack _text = new();
    private readonly List<byte[]> _frames = []; // innermost first
    private FunctionTable? _kernel;

    /// <summary>The text of a stack; borrowed until the next call.</summary>
    public ReadOnlySpan<byte> NameOf(StackCount stack, long nowNs)
    {
        _text.Clear();
        var process = Find(stack.Process, nowNs);
        AddUserFrames(stack, process, nowNs);
        for (var i = _frames.Count - 1; i >= 0; i--)
        {
            _text.Append(_frames[i]);
        }

        for (var i = stack.Addresses.Length - stack.PythonFrames - 1; i >= stack.UserFrames; i--)
        {
            _text.AppendKernel(KernelName(PlaceOf(stack.Addresses[i], isInnermost: i == stack.UserFrames)));
        }

        return _text.Text;
    }

    /// <summary>Processes whose compiled functions have got names since: their stacks are to be named again.</summary>
    public IEnumerable<SampledProcess> TakeMethods(long nowNs)
    {
        var mayAsk = _processes.Values.Sum(process => process.Bytes) < maxSymbolBytes;
        return _processes
            .Where(process => process.Value.IsWaiting && process.Value.TakeMethods(nowNs, mayAsk))
            .Select(process => process.Key);
    }

    /// <summary>Forgets processes of which nothing was sampled for long.</summary>
    public void Forget(long nowNs)
    {
        foreach (var (process, symbols) in _processes)
        {
            if (nowNs - symbols.UsedNs > ForgetNs)
            {
                Forget(process);
            }
        }
    }

    private void AddUserFrames(StackCount stack, ProcessSymbols process, long nowNs)
    {
        var reads = process.Reads;
        _frames.Clear();
        for (var i = 0; i < stack.UserFrames; i++)
        {
            _frames.Add(stack.Addresses[i] == StackUnwinder.CutMark
                ? CutText
                : process.NameOf(PlaceOf(stack.Addresses[i], isInnermost: i == 0), nowNs));
        }

        if (process.Reads != reads)
        {
            python?.Look(stack.Process, process.Code);
        }

        python?.Merge(stack.Process, stack.Addresses.AsSpan(^stack.PythonFrames..), _frames);
    }

    private void Forget(SampledProcess process)
    {
        _processes.Remove(process);
        python?.Forget(process);
    }

    // An address of a caller is that behind the call, which may be in the next function already.
    private static ulong PlaceOf(ulong address, bool isInnermost) => isInnermost ? address : address - 1;

    private ProcessSymbols Find(SampledProcess process, long nowNs)
    {
        if (!_processes.TryGetValue(process, out var symbols))
        {
            if (_processes.Count >= MaxProcesses)
            {
                Forget(_processes.MinBy(p => p.Value.UsedNs).Key);
            }

            _processes[process] = symbols = new ProcessSymbols(process, _modules, runtimes);
        }

        return symbols;
    }

    private ReadOnlySpan<byte> KernelName(ulong address)
    {
        _kernel ??= KernelSymbols.Read();
        var name = _kernel.Find(address);
        return name.IsEmpty ? FrameText.OfPlace([], address) : name;
    }
}
