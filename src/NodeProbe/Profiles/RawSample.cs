using System.Runtime.InteropServices;

namespace PixieOrleans.NodeProbe.Profiles;

/// <summary>One record of the ring, borrowed: what the kernel part wrote behind a <see cref="SampleHeader"/>.</summary>
internal readonly ref struct RawSample
{
    private readonly ReadOnlySpan<byte> _sections;

    /// <summary>Views a record.</summary>
    public RawSample(ReadOnlySpan<byte> record)
    {
        Header = MemoryMarshal.Read<SampleHeader>(record);
        _sections = record[(int)Header.HeaderBytes..];
    }

    /// <summary>The header.</summary>
    public SampleHeader Header { get; }

    /// <summary>Addresses of the user part, as frame pointers lead, innermost first.</summary>
    public ReadOnlySpan<ulong> User => MemoryMarshal.Cast<byte, ulong>(_sections[..(int)Header.UserBytes]);

    /// <summary>Addresses of the kernel part.</summary>
    public ReadOnlySpan<ulong> Kernel => MemoryMarshal.Cast<byte, ulong>(
        _sections.Slice((int)Header.UserBytes, (int)Header.KernelBytes));

    /// <summary>Frames of Python.</summary>
    public ReadOnlySpan<ulong> Python => MemoryMarshal.Cast<byte, ulong>(
        _sections.Slice((int)(Header.UserBytes + Header.KernelBytes), (int)Header.PythonBytes));

    /// <summary>Copy of the user stack, from Header.Registers.Sp on.</summary>
    public ReadOnlySpan<byte> Stack => _sections.Slice(
        (int)(Header.UserBytes + Header.KernelBytes + Header.PythonBytes), (int)Header.StackBytes);

    /// <summary>
    /// The stack as it is counted: frames of the user part, which the array begins with, get those of the kernel part
    /// and of Python behind them.
    /// </summary>
    public SampledStack ToStack(ulong[] frames, int userFrames)
    {
        Kernel.CopyTo(frames.AsSpan(userFrames));
        Python.CopyTo(frames.AsSpan(userFrames + Kernel.Length));
        var all = frames.AsSpan(0, userFrames + Kernel.Length + Python.Length);
        return new SampledStack(Header.Process, all, userFrames, Python.Length);
    }
}
