using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Profiles.Interpreters;

/// <summary>
/// Tells the kernel part where a process has its Python; null: it has none any more. False when there is no room.
/// </summary>
internal delegate bool SetPython(uint processId, PythonPlaces? places);

/// <summary>Processes that run Python, and the frames of their samples. Used by one thread.</summary>
internal sealed class PythonStacks(SetPython set)
{
    private const ulong OutermostBit = 1;

    private readonly Dictionary<SampledProcess, PythonCode> _processes = [];
    private readonly List<List<byte[]>> _calls = [];
    private long _refused;

    /// <summary>Processes that found no room in the kernel part: their samples have native frames only.</summary>
    public long Refused => Volatile.Read(ref _refused);

    // What runs a module's code: it calls the loop.
    private static ReadOnlySpan<byte> LoopCaller => "PyEval_EvalCode"u8;

    private static ReadOnlySpan<byte> Loop => "_PyEval_EvalFrameDefault"u8; // maybe with a suffix of the compiler

    /// <summary>Looks whether a process runs Python: when first sampled, and when it has mapped other code.</summary>
    public void Look(SampledProcess process, IEnumerable<MappedCode> code)
    {
        if (PythonInterpreter.Find(process.Tgid, code) is { } found)
        {
            _processes[process] = new PythonCode(process.Tgid, found.Layout);
            Volatile.Write(ref _refused, _refused + (set(process.Tgid, found.Places) ? 0 : 1));
        }
        else
        {
            Forget(process);
        }
    }

    /// <summary>A process that is not sampled any more, or does not run Python.</summary>
    public void Forget(SampledProcess process)
    {
        // It may have executed another program, which is a process of its own here.
        if (_processes.Remove(process) && !_processes.Keys.Any(other => other.Tgid == process.Tgid))
        {
            set(process.Tgid, null);
        }
    }

    /// <summary>Puts frames of Python in place of the interpreter's loop.</summary>
    /// <param name="process">The process.</param>
    /// <param name="words">Frames of Python as the kernel part gives them, the innermost first.</param>
    /// <param name="frames">Frames of the process, the innermost first; changed.</param>
    public void Merge(SampledProcess process, ReadOnlySpan<ulong> words, List<byte[]> frames)
    {
        if (words.Length > 0 && _processes.TryGetValue(process, out var code))
        {
            Split(words, code);
            Merge(_calls, frames);
        }
    }

    /// <summary>
    /// Of each call of the loop its frames; of the last call that is seen those of all further ones, as the native
    /// stack may be cut. Without any call they are what runs the module calls, or the callers of all: the loop may have
    /// no name, when the compiler split it and the program is stripped.
    /// </summary>
    internal static void Merge(List<List<byte[]>> calls, List<byte[]> frames)
    {
        var native = frames.ToList();
        var last = native.FindLastIndex(IsLoop);
        if (last < 0)
        {
            var caller = native.FindLastIndex(frame => frame.AsSpan().SequenceEqual(LoopCaller));
            frames.InsertRange(caller < 0 ? frames.Count : caller, calls.SelectMany(call => call));
            return;
        }

        frames.Clear();
        var next = 0;
        foreach (var (index, frame) in native.Index())
        {
            var isCall = IsLoop(frame) && next < calls.Count;
            var until = !isCall ? next : index == last ? calls.Count : next + 1;
            if (!isCall || calls[next].Count == 0)
            {
                frames.Add(frame);
            }

            for (; next < until; next++)
            {
                frames.AddRange(calls[next]);
            }
        }

        frames.AddRange(calls.Skip(next).SelectMany(call => call));
    }

    private static bool IsLoop(byte[] frame) => frame.AsSpan().StartsWith(Loop);

    private void Split(ReadOnlySpan<ulong> words, PythonCode code)
    {
        _calls.Clear();
        var isOpen = false;
        foreach (var word in words)
        {
            if (!isOpen)
            {
                _calls.Add([]);
            }

            var address = word & ~OutermostBit;
            if (address != 0)
            {
                _calls[^1].Add(code.NameOf(address));
            }

            isOpen = (word & OutermostBit) == 0;
        }
    }
}
