using System.Runtime.InteropServices;

namespace PixieOrleans.NodeProbe.Profiles.Interpreters;

/// <summary>struct pxo_python: where the interpreter of a process keeps its frames; offsets in bytes.</summary>
[StructLayout(LayoutKind.Sequential), BtfStruct("pxo_python")]
internal struct PythonPlaces
{
    /// <summary><see cref="FrameInCall"/> of interpreters whose threads lead to a frame directly.</summary>
    public const uint None = uint.MaxValue;

    /// <summary>Address of the pointer to the first interpreter.</summary>
    public ulong Interpreters;

    /// <summary>In an interpreter: the first thread.</summary>
    public uint Threads;

    /// <summary>In a thread: the next one.</summary>
    public uint Next;

    /// <summary>In a thread: its pthread_t.</summary>
    public uint ThreadId;

    /// <summary>In a thread: the innermost frame, or the call of the loop.</summary>
    public uint Frame;

    /// <summary>In a call of the loop: the innermost frame.</summary>
    public uint FrameInCall;

    /// <summary>In a frame: the code.</summary>
    public uint Code;

    /// <summary>In a frame: that of the caller.</summary>
    public uint Previous;

    /// <summary>In a frame: the byte that tells the outermost one of a call of the loop.</summary>
    public uint Mark;

    /// <summary>Its value then.</summary>
    public uint Outermost;

    /// <summary>1 if the outermost frame runs code, 0 if it only marks.</summary>
    public uint OutermostCodes;
}
