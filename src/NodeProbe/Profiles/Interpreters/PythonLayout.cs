namespace PixieOrleans.NodeProbe.Profiles.Interpreters;

/// <summary>Where an interpreter of Python keeps its frames, and what names their code. Offsets in bytes.</summary>
/// <param name="Frames">Of threads and frames; the pointer to the first interpreter as an offset in _PyRuntime.</param>
/// <param name="FileName">In code: the name of its file, a string.</param>
/// <param name="QualifiedName">In code: its name with those around it, a string.</param>
/// <param name="FirstLine">In code: int32, the line that it begins at.</param>
/// <param name="AsciiBytes">Size of the head of a string that is all ASCII; its text follows.</param>
/// <param name="OtherBytes">Size of the head of other strings.</param>
internal sealed record PythonLayout(
    PythonPlaces Frames, uint FileName, uint QualifiedName, uint FirstLine, uint AsciiBytes, uint OtherBytes)
{
    /// <summary>In all versions, in a string: int64 characters.</summary>
    public const uint TextLength = 16;

    /// <summary>In all versions, in a string: uint32, what it is; bits 2 to 4 bytes of a character, 6 ASCII.</summary>
    public const uint TextState = 32;

    /// <summary>In all versions, in an object: its type; in a type: its name, ended by a zero byte.</summary>
    public const uint Type = 8, TypeName = 24;

    // 3.12.0: Include/cpython/pystate.h, internal/pycore_interp.h, internal/pycore_frame.h, cpython/code.h.
    private static readonly PythonLayout Of312 = new(
        new PythonPlaces
        {
            Interpreters = 40,
            Threads = 72,
            Next = 8,
            ThreadId = 136,
            Frame = 56,
            FrameInCall = 0,
            Code = 0,
            Previous = 8,
            Mark = 70,
            Outermost = 3,
            OutermostCodes = 0,
        },
        FileName: 112, QualifiedName: 128, FirstLine: 68, AsciiBytes: 40, OtherBytes: 56);

    // 3.11.0: the same files.
    private static readonly PythonLayout Of311 = new(
        new PythonPlaces
        {
            Interpreters = 40,
            Threads = 16,
            Next = 8,
            ThreadId = 152,
            Frame = 56,
            FrameInCall = 8,
            Code = 32,
            Previous = 48,
            Mark = 68,
            Outermost = 1,
            OutermostCodes = 1,
        },
        FileName: 112, QualifiedName: 128, FirstLine: 72, AsciiBytes: 48, OtherBytes: 72);

    /// <summary>The layout of a running interpreter; null when it is not known.</summary>
    /// <param name="memory">Of its process.</param>
    /// <param name="runtime">Address of _PyRuntime.</param>
    /// <param name="version">Value of Py_Version: major, minor, micro, level; a byte each.</param>
    public static PythonLayout? Read(ProcessMemory memory, ulong runtime, ulong version) => (version >> 16) switch
    {
        0x030B => Of311,
        0x030C => Of312,
        0x030D => PythonTable.Of313.Read(memory, runtime),
        0x030E => PythonTable.Of314.Read(memory, runtime),
        _ => null,
    };
}
