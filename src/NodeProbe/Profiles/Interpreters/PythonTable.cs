using System.Runtime.InteropServices;

namespace PixieOrleans.NodeProbe.Profiles.Interpreters;

/// <summary>
/// Where a version of Python has what in the table of offsets that _PyRuntime begins with since 3.13: "xdebugpy",
/// version, 1 for builds without the global lock, then struct after struct, the first word of each its size. Numbers of
/// words of 8 bytes. Source: Include/internal/pycore_runtime.h of 3.13, pycore_debug_offsets.h of 3.14, struct
/// _Py_DebugOffsets.
/// </summary>
internal sealed record PythonTable
{
    private const int FreeThreaded = 2, Interpreters = 5, Threads = 9; // in all versions
    private const int MaxWords = 81;

    /// <summary>Of Python 3.13.</summary>
    public static PythonTable Of313 { get; } = new() { Thread = 19, Frame = 28, Mark = 33, Code = 34, Text = 67 };

    /// <summary>Of Python 3.14.</summary>
    public static PythonTable Of314 { get; } = new() { Thread = 22, Frame = 31, Mark = 36, Code = 39, Text = 77 };

    /// <summary>Of a thread's state; after its size: previous, next, interpreter, innermost frame, pthread_t.</summary>
    public required int Thread { get; init; }

    /// <summary>Of a frame; behind its size: caller, code.</summary>
    public required int Frame { get; init; }

    /// <summary>In a frame: who owns it.</summary>
    public required int Mark { get; init; }

    /// <summary>Of code; behind its size: file, name, qualified name, lines, first line.</summary>
    public required int Code { get; init; }

    /// <summary>Of a string; behind its size: state, length, size of the head of one that is all ASCII.</summary>
    public required int Text { get; init; }

    /// <summary>Reads the table; null when it is another, or of a build without the global lock.</summary>
    /// <param name="memory">Of the process.</param>
    /// <param name="runtime">Address of _PyRuntime.</param>
    public PythonLayout? Read(ProcessMemory memory, ulong runtime)
    {
        Span<byte> bytes = stackalloc byte[MaxWords * sizeof(ulong)];
        if (!memory.TryRead(runtime, bytes) || !bytes.StartsWith("xdebugpy"u8))
        {
            return null;
        }

        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        if (words[FreeThreaded] != 0 || words[Text + 1] != PythonLayout.TextState
            || words[Text + 2] != PythonLayout.TextLength)
        {
            return null;
        }

        return new PythonLayout(
            new PythonPlaces
            {
                Interpreters = words[Interpreters],
                Threads = (uint)words[Threads],
                Next = (uint)words[Thread + 2],
                ThreadId = (uint)words[Thread + 5],
                Frame = (uint)words[Thread + 4],
                FrameInCall = PythonPlaces.None,
                Code = (uint)words[Frame + 2],
                Previous = (uint)words[Frame + 1],
                Mark = (uint)words[Mark],
                Outermost = 3, // FRAME_OWNED_BY_CSTACK, since 3.14 FRAME_OWNED_BY_INTERPRETER
                OutermostCodes = 0,
            },
            FileName: (uint)words[Code + 1],
            QualifiedName: (uint)words[Code + 3],
            FirstLine: (uint)words[Code + 5],
            AsciiBytes: (uint)words[Text + 3],
            OtherBytes: (uint)words[Text + 3] + (2 * sizeof(ulong))); // two pointers more
    }
}
