using System.Runtime.InteropServices;

namespace PixieOrleans.NodeProbe.Bpf;

/// <summary>A call into libbpf or the kernel failed: names the call, its subject and errno.</summary>
internal sealed class BpfException : Exception
{
    private BpfException(string message, int errno)
        : base(message) => Errno = errno;

    /// <summary>Error number of the C library, positive.</summary>
    internal int Errno { get; }

    /// <summary>The exception for a call that failed; <paramref name="detail"/> is what libbpf said.</summary>
    internal static BpfException Of(string call, string subject, int errno, string detail = "")
    {
        var hint = errno == 1 ? " (needs root, or CAP_BPF with CAP_PERFMON)" : string.Empty;
        var said = detail.Length == 0 ? string.Empty : $"\n{detail}";
        return new BpfException(
            $"{call}({subject}): {Marshal.GetPInvokeErrorMessage(errno)}, errno {errno}{hint}{said}", errno);
    }

    /// <summary>Passes on a result that is not negative; throws for -errno.</summary>
    internal static int ThrowIfNegative(int result, string call, string subject) =>
        result >= 0 ? result : throw Of(call, subject, -result);

    /// <summary>Passes on a valid handle; throws the errno of the call just made otherwise.</summary>
    internal static T ThrowIfInvalid<T>(T handle, string call, string subject)
        where T : SafeHandle
    {
        if (!handle.IsInvalid)
        {
            return handle;
        }

        var errno = Marshal.GetLastPInvokeError();
        handle.Dispose();
        throw Of(call, subject, errno, BpfLog.Tail());
    }
}
