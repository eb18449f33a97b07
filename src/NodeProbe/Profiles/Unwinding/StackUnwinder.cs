namespace PixieOrleans.NodeProbe.Profiles.Unwinding;

/// <summary>
/// Finds the frames of samples: by .eh_frame over the copied stack, else by the frame pointers that the kernel
/// followed, as far as they lead to code. Used by one thread.
/// </summary>
/// <param name="maxTableBytes">Memory for tables of programs and libraries.</param>
/// <param name="markFramed">Told whether all code of a process keeps frame pointers: it needs no copies then.</param>
internal sealed class StackUnwinder(long maxTableBytes, Action<SampledProcess, bool>? markFramed = null)
{
    /// <summary>User frames that are kept of a stack.</summary>
    public const int MaxFrames = 512;

    /// <summary>Stands for the callers of a stack whose root was not reached; no code is at this address.</summary>
    public const ulong CutMark = 0;

    private const long ForgetNs = 60L * 1_000_000_000;
    private const int MaxProcesses = 4096;
    private const int JudgedAt = 16; // samples of a process; before, a look at all its libraries is not worth it

    private readonly FrameTableCache _tables = new(maxTableBytes);
    private readonly RowCache _rows = new();
    private readonly Dictionary<SampledProcess, Seen> _processes = [];

    /// <summary>Stacks whose root was not reached.</summary>
    public long Cut { get; private set; }

    /// <summary>Memory of the tables.</summary>
    public long TableBytes => _tables.Bytes;

    /// <summary>Processes that are known.</summary>
    public int Processes => _processes.Count;

    /// <summary>
    /// Finds the frames of a sample, innermost first: those of user space, behind them <see cref="CutMark"/> if the
    /// root was not reached, then those of the kernel and of Python.
    /// </summary>
    /// <param name="sample">The sample.</param>
    /// <param name="nowNs">Now, the same for all samples that are taken at once.</param>
    /// <param name="room">Room for <see cref="RawSample.MaxFrames"/>, which the stack borrows.</param>
    public SampledStack Unwind(scoped in RawSample sample, long nowNs, Span<ulong> room)
    {
        var user = FindUser(sample, nowNs, room[..MaxFrames]);
        if (user < 0)
        {
            user = ~user;
            room[user++] = CutMark;
            Cut++;
        }

        var (kernel, python) = (sample.Kernel.Length, sample.Python.Length);
        sample.Kernel.CopyTo(room[user..]);
        sample.Python.CopyTo(room[(user + kernel)..]);
        return new SampledStack(sample.Header.Process, room[..(user + kernel + python)], user, python);
    }

    /// <summary>How many frames were found; the complement of it when the root was not reached.</summary>
    private int FindUser(in RawSample sample, long nowNs, Span<ulong> room)
    {
        var seen = Find(sample.Header.Process, nowNs);
        var end = sample.Stack.IsEmpty
            ? Filter(sample, seen, nowNs, room, out var count)
            : Walk(sample, seen, nowNs, room, out count);
        return end == WalkEnd.Root ? count : ~count;
    }

    /// <summary>Forgets processes of which nothing was sampled for long.</summary>
    public void Forget(long nowNs)
    {
        foreach (var (process, seen) in _processes)
        {
            if (nowNs - seen.Code.UsedNs > ForgetNs)
            {
                _processes.Remove(process);
            }
        }

        _rows.Clear();
    }

    private Seen Find(SampledProcess process, long nowNs)
    {
        if (!_processes.TryGetValue(process, out var seen))
        {
            if (_processes.Count >= MaxProcesses)
            {
                _processes.Remove(_processes.MinBy(p => p.Value.Code.UsedNs).Key);
            }

            _processes[process] = seen = new Seen(new ExecutableCode(process));
        }

        seen.Code.Touch(nowNs);
        return seen;
    }

    private WalkEnd Walk(in RawSample sample, Seen seen, long nowNs, Span<ulong> frames, out int count)
    {
        var memory = new StackMemory(sample.Header.Registers.Sp, sample.Stack);
        var walk = new StackWalk(sample.Header.Tgid, seen.Code, _tables, _rows, nowNs, memory);
        var end = walk.Run(sample.Header.Registers.ToValues(), frames, out count);
        if (end == WalkEnd.BeyondCopy)
        {
            count += Join(sample.User, seen.Code, nowNs, frames, count, ref end);
        }

        if (++seen.Samples >= JudgedAt && seen.JudgedCode != seen.Code.All.Count)
        {
            Judge(sample.Header.Process, seen);
        }

        return end;
    }

    /// <summary>Frames that the kernel found by frame pointers, up to the first that is no code.</summary>
    private WalkEnd Filter(in RawSample sample, Seen seen, long nowNs, Span<ulong> frames, out int count)
    {
        if (seen.FramedCode > 0 && seen.FramedCode != seen.Code.All.Count)
        {
            Judge(sample.Header.Process, seen); // it has loaded something since
        }

        count = 0;
        foreach (var address in sample.User)
        {
            if (count == frames.Length || !seen.Code.TryFind(address - (count > 0 ? 1UL : 0), nowNs, out _))
            {
                return WalkEnd.Lost;
            }

            frames[count++] = address;
        }

        return WalkEnd.Root; // as far as frame pointers lead
    }

    /// <summary>
    /// Behind the copied part of the stack: what the kernel found by frame pointers beyond the last frame, if it came
    /// by there.
    /// </summary>
    private static int Join(
        ReadOnlySpan<ulong> found, ExecutableCode code, long nowNs, Span<ulong> frames, int count, ref WalkEnd end)
    {
        var last = count == 0 ? -1 : found.LastIndexOf(frames[count - 1]);
        if (last < 0)
        {
            return 0;
        }

        var joined = 0;
        foreach (var address in found[(last + 1)..])
        {
            if (count + joined == frames.Length || !code.TryFind(address - 1, nowNs, out _))
            {
                return joined;
            }

            frames[count + joined++] = address;
        }

        end = WalkEnd.Root; // as far as frame pointers lead
        return joined;
    }

    private void Judge(SampledProcess process, Seen seen)
    {
        var isFramed = seen.Code.All.Count > 0;
        foreach (var code in seen.Code.All)
        {
            isFramed = isFramed && (code.Path.StartsWith("[v", StringComparison.Ordinal) // of the kernel
                || _tables.Find(process.Tgid, code) is { KeepsFramePointers: true });
        }

        if (isFramed != seen.FramedCode > 0)
        {
            markFramed?.Invoke(process, isFramed);
        }

        seen.JudgedCode = seen.Code.All.Count;
        seen.FramedCode = isFramed ? seen.JudgedCode : 0;
    }

    private sealed class Seen(ExecutableCode code)
    {
        public ExecutableCode Code { get; } = code;

        public int Samples { get; set; }

        /// <summary>Ranges of code that it had when it was judged.</summary>
        public int JudgedCode { get; set; }

        /// <summary>Ranges of code it had when all of them were found to keep frame pointers; 0 otherwise.</summary>
        public int FramedCode { get; set; }
    }
}
