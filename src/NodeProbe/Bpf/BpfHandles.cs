using Microsoft.Win32.SafeHandles;

namespace PixieOrleans.NodeProbe.Bpf;

/// <summary>Owns a struct bpf_object; releasing it unloads programs and maps that nothing else holds.</summary>
internal sealed class BpfObjectHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        LibBpf.CloseObject(handle);
        return true;
    }
}

/// <summary>Owns a struct bpf_link; releasing it detaches the program.</summary>
internal sealed class BpfLinkHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <inheritdoc/>
    protected override bool ReleaseHandle() => LibBpf.DestroyLink(handle) == 0;
}

/// <summary>Owns a file descriptor of the kernel: a map, a perf event, a file.</summary>
internal sealed class KernelFdHandle : SafeHandleMinusOneIsInvalid
{
    /// <summary>Takes over <paramref name="fd"/>.</summary>
    internal KernelFdHandle(int fd)
        : base(ownsHandle: true) => SetHandle(fd);

    /// <summary>The descriptor, borrowed.</summary>
    internal int Fd => (int)handle;

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => LibC.Close((int)handle) == 0;
}
