using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PixieOrleans.NodeProbe.Profiles.Unwinding;

namespace PixieOrleans.NodeProbe.Profiles;

/// <summary>One record of the ring, borrowed: what the kernel part wrote behind a <see cref="SampleHeader"/>.</summary>
internal readonly ref struct RawSample
{
    private readonly ReadOnlySpan<byte> _sections;

    /// <summary>Frames that a stack may have: of user space, their mark of a cut, of the kernel, of Python.</summary>
    public const int MaxFrames = StackUnwinder.MaxFrames + 1 + KernelFrames + PythonFrames;

    private const int KernelFrames = 127;
    private const int PythonFrames = 128;

    private RawSample(SampleHeader header, ReadOnlySpan<byte> sections)
    {
        Header = header;
        _sections = sections;
    }

    /// <summary>Views a record; false when its lengths contradict each other.</summary>
    public static bool TryRead(ReadOnlySpan<byte> record, out RawSample sample)
    {
        sample = default;
        if (!MemoryMarshal.TryRead<SampleHeader>(record, out var header)
            || header.HeaderBytes < Unsafe.SizeOf<SampleHeader>()
            || header.KernelBytes > KernelFrames * sizeof(ulong)
            || header.PythonBytes > PythonFrames * sizeof(ulong)
            || (ulong)header.HeaderBytes + header.UserBytes + header.KernelBytes + header.StackBytes
                + header.PythonBytes > (ulong)record.Length)
        {
            return false;
        }

        sample = new RawSample(header, record[(int)header.HeaderBytes..]);
        return true;
    }

    /// <summary>The header.</summary>
    public SampleHeader Header { get; }

    /// <summary>Addresses of the user part, as frame pointers lead, innermost first.</summary>
    public ReadOnlySpan<ulong> User => MemoryMarshal.Cast<byte, ulong>(_sections[..(int)Header.UserBytes]);

    /// <summary>Addresses of the kernel part.</summary>
    public ReadOnlySpan<ulong> Kernel => MemoryMarshal.Cast<byte, ulong>(
        _sections.Slice((int)Header.UserBytes, (int)Header.KernelBytes));

    /// <summary>Copy of the user stack, from Header.Registers.Sp on.</summary>
    public ReadOnlySpan<byte> Stack => _sections.Slice(
        (int)(Header.UserBytes + Header.KernelBytes), (int)Header.StackBytes);

    /// <summary>Frames of Python, innermost first.</summary>
    public ReadOnlySpan<ulong> Python => MemoryMarshal.Cast<byte, ulong>(_sections.Slice(
        (int)(Header.UserBytes + Header.KernelBytes + Header.StackBytes), (int)Header.PythonBytes));
}
