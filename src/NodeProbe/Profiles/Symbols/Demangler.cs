using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace PixieOrleans.NodeProbe.Profiles.Symbols;

/// <summary>
/// Turns names of C++ and of Rust's first scheme, which is C++'s with a hash at its end, into readable ones.
/// </summary>
/// <remarks>Source: Itanium C++ ABI, "Demangler API"; libstdc++ comes with the runtime of .NET.</remarks>
internal static unsafe partial class Demangler
{
    private const int MaxNameBytes = 4096; // a longer one stays as it is
    private const int RustHashDigits = 16;
    private const string RustHash = "::h"; // then the digits
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>False when the name is not mangled, or by another scheme.</summary>
    public static bool TryDemangle(ReadOnlySpan<byte> name, [NotNullWhen(true)] out string? readable)
    {
        readable = null;
        if (!name.StartsWith("_Z"u8) || name.Length > MaxNameBytes)
        {
            return false;
        }

        Span<byte> terminated = stackalloc byte[name.Length + 1];
        name.CopyTo(terminated);
        terminated[^1] = 0;
        fixed (byte* mangled = terminated)
        {
            int status;
            var text = Demangle(mangled, null, null, &status);
            if (text == null)
            {
                return false;
            }

            readable = WithoutRustHash(Marshal.PtrToStringUTF8((nint)text)!);
            Free(text);
            return true;
        }
    }

    private static string WithoutRustHash(string name)
    {
        var at = name.Length - RustHashDigits - RustHash.Length;
        return at > 0 && name.AsSpan(at).StartsWith(RustHash) && !name.AsSpan(at + RustHash.Length)
            .ContainsAnyExcept(HexDigits)
            ? name[..at]
            : name;
    }

    /// <summary>The result is the caller's, to be freed.</summary>
    [LibraryImport("libstdc++.so.6", EntryPoint = "__cxa_demangle")]
    private static partial byte* Demangle(byte* name, byte* output, nuint* length, int* status);

    [LibraryImport("libc", EntryPoint = "free")]
    private static partial void Free(byte* memory);
}
