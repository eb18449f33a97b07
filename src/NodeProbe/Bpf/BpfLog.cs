using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace PixieOrleans.NodeProbe.Bpf;

/// <summary>Keeps the last of what libbpf says (verifier output too), for the message of a failed call.</summary>
internal static unsafe class BpfLog
{
    private const int KeptBytes = 16 << 10;
    private const int LineBytes = 64 << 10; // one call prints a whole verifier log
    private const int DebugLevel = 2;
    private static readonly Lock Gate = new();
    private static readonly StringBuilder Kept = new();
    private static int _installed;

    /// <summary>Routes libbpf's output here instead of stderr; once per process.</summary>
    internal static void Install()
    {
        if (Interlocked.Exchange(ref _installed, 1) == 0)
        {
            LibBpf.SetPrint(&OnPrint);
        }
    }

    /// <summary>What was kept since <see cref="Clear"/>, at most 16 KiB.</summary>
    internal static string Tail()
    {
        lock (Gate)
        {
            return Kept.ToString().TrimEnd();
        }
    }

    /// <summary>Forgets what was kept.</summary>
    internal static void Clear()
    {
        lock (Gate)
        {
            Kept.Clear();
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnPrint(int level, byte* format, nint list)
    {
        if (level >= DebugLevel)
        {
            return 0;
        }

        var buffer = (byte*)NativeMemory.Alloc(LineBytes);
        try
        {
            var length = Math.Clamp(LibC.Format(buffer, LineBytes, format, list), 0, LineBytes - 1);
            Append(Encoding.UTF8.GetString(buffer, length));
            return length;
        }
        catch (Exception) // must not unwind through native frames; a lost log line is no error
        {
            return 0;
        }
        finally
        {
            NativeMemory.Free(buffer);
        }
    }

    private static void Append(string text)
    {
        lock (Gate)
        {
            Kept.Append(text);
            if (Kept.Length > KeptBytes)
            {
                Kept.Remove(0, Kept.Length - KeptBytes);
            }
        }
    }
}
