using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace PixieOrleans.NodeProbe.Profiles;

/// <summary>A process, as the kernel tells it.</summary>
/// <param name="Tgid">Its number.</param>
/// <param name="StartTicks">Its start, 10 ms since boot.</param>
/// <param name="ExecId">Grows with each program that the process executes: other code at the same addresses.</param>
internal readonly record struct SampledProcess(uint Tgid, ulong StartTicks, uint ExecId = 0);

/// <summary>A stack of a process as it was sampled, borrowed.</summary>
/// <param name="process">The process.</param>
/// <param name="addresses">User part, kernel part, Python's; innermost frames first.</param>
/// <param name="userFrames">How many of them are of the user part.</param>
/// <param name="pythonFrames">How many are of Python.</param>
internal readonly ref struct SampledStack(
    SampledProcess process, ReadOnlySpan<ulong> addresses, int userFrames, int pythonFrames = 0)
{
    public SampledProcess Process { get; } = process;

    public ReadOnlySpan<ulong> Addresses { get; } = addresses;

    public int UserFrames { get; } = userFrames;

    public int PythonFrames { get; } = pythonFrames;
}

/// <summary>A stack and how often it was sampled in this period.</summary>
internal sealed class StackCount(SampledProcess process, ulong[] addresses, int userFrames, int pythonFrames)
{
    public SampledProcess Process { get; } = process;

    public ulong[] Addresses { get; } = addresses;

    public int UserFrames { get; } = userFrames;

    public int PythonFrames { get; } = pythonFrames;

    /// <summary>The stack as text; null until it is named.</summary>
    public byte[]? Text { get; set; }

    public long Samples { get; set; }

    /// <summary>Time of waits, microseconds; 0 of samples.</summary>
    public long WaitUs { get; set; }

    /// <summary>Memory that it takes, about.</summary>
    public long Bytes => 160 + (Addresses.Length * sizeof(ulong)) + (Text?.Length ?? 0);
}

/// <summary>
/// Counts stacks within a bound of bytes. A stack stays known for one period after its last sample, so that it need not
/// be named again.
/// </summary>
internal sealed class StackCounts(long maxBytes)
{
    private readonly Dictionary<StackCount, StackCount> _stacks = new(new SameStack());
    private readonly List<StackCount> _unnamed = [];

    /// <summary>Memory in use, about.</summary>
    public long Bytes { get; private set; }

    /// <summary>Samples that no room was left for.</summary>
    public long Refused { get; private set; }

    /// <summary>Stacks that have no text yet.</summary>
    public IReadOnlyList<StackCount> Unnamed => _unnamed;

    /// <summary>Counts a sample, or so many waits of so many microseconds together.</summary>
    public void Add(in SampledStack sample, long count = 1, long waitUs = 0)
    {
        if (!_stacks.GetAlternateLookup<SampledStack>().TryGetValue(sample, out var stack))
        {
            if (Bytes > maxBytes)
            {
                Refused++;
                return;
            }

            stack = new StackCount(
                sample.Process, sample.Addresses.ToArray(), sample.UserFrames, sample.PythonFrames);
            _stacks.Add(stack, stack);
            _unnamed.Add(stack);
            Bytes += stack.Bytes;
        }

        stack.Samples += count;
        stack.WaitUs += waitUs;
    }

    /// <summary>Gives a stack its text.</summary>
    public void Name(StackCount stack, ReadOnlySpan<byte> text)
    {
        stack.Text = text.ToArray();
        Bytes += text.Length;
    }

    /// <summary>Takes the texts from the stacks of a process: they are to be named again.</summary>
    public void Unname(SampledProcess process)
    {
        foreach (var stack in _stacks.Keys)
        {
            if (stack.Process == process && stack.Text is { } text)
            {
                Bytes -= text.Length;
                stack.Text = null;
                _unnamed.Add(stack);
            }
        }
    }

    /// <summary>All stacks without text have one now.</summary>
    public void ClearUnnamed() => _unnamed.Clear();

    /// <summary>The stacks of this period; ends it.</summary>
    public IEnumerable<StackCount> EndPeriod()
    {
        foreach (var stack in _stacks.Keys.ToList())
        {
            if (stack.Samples == 0)
            {
                _stacks.Remove(stack);
                Bytes -= stack.Bytes;
                continue;
            }

            yield return stack;
            (stack.Samples, stack.WaitUs) = (0, 0);
        }
    }

    private sealed class SameStack
        : IEqualityComparer<StackCount>, IAlternateEqualityComparer<SampledStack, StackCount>
    {
        public bool Equals(StackCount? x, StackCount? y) =>
            ReferenceEquals(x, y) || (x is not null && y is not null && Equals(View(x), y));

        public int GetHashCode([DisallowNull] StackCount obj) => GetHashCode(View(obj));

        public bool Equals(SampledStack alternate, StackCount other) =>
            alternate.Process == other.Process && alternate.UserFrames == other.UserFrames
            && alternate.PythonFrames == other.PythonFrames
            && alternate.Addresses.SequenceEqual(other.Addresses);

        public int GetHashCode(SampledStack alternate)
        {
            var hash = default(HashCode);
            hash.Add(alternate.Process);
            hash.Add(alternate.UserFrames);
            hash.AddBytes(MemoryMarshal.AsBytes(alternate.Addresses));
            return hash.ToHashCode();
        }

        public StackCount Create(SampledStack alternate) =>
            new(alternate.Process, alternate.Addresses.ToArray(), alternate.UserFrames, alternate.PythonFrames);

        private static SampledStack View(StackCount stack) =>
            new(stack.Process, stack.Addresses, stack.UserFrames, stack.PythonFrames);
    }
}
