using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PixieOrleans.TlsSelfTest;

/// <summary>A loaded library.</summary>
internal sealed class TlsLibrary
{
    private readonly nint _handle;

    private TlsLibrary(nint handle) => _handle = handle;

    /// <summary>Loads open files, each after those that it needs; the last one is the library.</summary>
    /// <remarks>
    /// A file is loaded by its descriptor: it is the very one that the probes are in, whatever its name leads to. What
    /// it needs (libcrypto) is found by the name that the file before it bears.
    /// </remarks>
    public static TlsLibrary Load(IEnumerable<SafeFileHandle> files)
    {
        var handle = default(nint);
        foreach (var file in files)
        {
            handle = Load($"/proc/self/fd/{file.DangerousGetHandle()}");
        }

        return new TlsLibrary(handle);
    }

    /// <summary>Address of a function; 0 when neither the library nor what it needs has it.</summary>
    public nint Find(string function) => NativeLibrary.TryGetExport(_handle, function, out var address) ? address : 0;

    /// <summary>Address of a function that the exchange cannot do without.</summary>
    public nint Get(string function) => Find(function) is var address and not 0
        ? address
        : throw new InvalidOperationException($"The library has no {function}.");

    private static nint Load(string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (DllNotFoundException e) // much advice; its last line is what the dynamic linker says
        {
            var reason = e.Message.TrimEnd().Split('\n')[^1];
            throw new InvalidOperationException($"It does not load: {reason}");
        }
    }
}
