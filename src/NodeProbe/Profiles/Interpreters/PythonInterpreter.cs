using System.Buffers.Binary;
using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Profiles.Interpreters;

/// <summary>The Python that a process runs: 3.11 to 3.14, with its global lock, its main interpreter.</summary>
/// <param name="Layout">Where it keeps things.</param>
/// <param name="Places">The same for the kernel part, with the address that the process has.</param>
internal sealed record PythonInterpreter(PythonLayout Layout, PythonPlaces Places)
{
    private const string Mark = "python"; // in the name of the program or library
    private const string Runtime = "_PyRuntime";
    private const string Version = "Py_Version"; // since 3.11
    private const int MaxNamesBytes = 16 << 20;

    /// <summary>Finds it; null when the process runs none that is known.</summary>
    /// <param name="processId">The process.</param>
    /// <param name="code">What it has mapped.</param>
    public static PythonInterpreter? Find(uint processId, IEnumerable<MappedCode> code)
    {
        foreach (var mapped in code)
        {
            if (mapped.FileName.Contains(Mark, StringComparison.Ordinal) && Open(processId, mapped) is { } file)
            {
                using (file)
                {
                    if (Find(processId, mapped, file) is { } found)
                    {
                        return found;
                    }
                }
            }
        }

        return null;
    }

    private static ElfFile? Open(uint processId, in MappedCode mapped) =>
        ElfFile.TryOpen(mapped.LinkPath(processId), out var file, out _)
        || ElfFile.TryOpen(mapped.RootPath(processId), out file, out _)
            ? file
            : null;

    private static PythonInterpreter? Find(uint processId, in MappedCode mapped, ElfFile file)
    {
        var symbols = FindSymbols(file);
        if (!symbols.TryGetValue(Runtime, out var runtime) || !symbols.TryGetValue(Version, out var version)
            || file.AddressOf(mapped.Offset) is not { } address)
        {
            return null;
        }

        using var memory = ProcessMemory.Open(processId);
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        var bias = mapped.Start - address;
        if (memory is null || !memory.TryRead(version + bias, number)
            || PythonLayout.Read(memory, runtime + bias, BinaryPrimitives.ReadUInt64LittleEndian(number))
                is not { } layout)
        {
            return null;
        }

        var places = layout.Frames;
        places.Interpreters += runtime + bias;
        return new PythonInterpreter(layout, places);
    }

    private static Dictionary<string, ulong> FindSymbols(ElfFile file)
    {
        var found = new Dictionary<string, ulong>();
        if (ElfSymbols.ReadNames(file, ElfSymbolTable.Dynamic, MaxNamesBytes) is not { } names)
        {
            return found;
        }

        foreach (var symbol in ElfSymbols.Read(file, ElfSymbolTable.Dynamic))
        {
            var name = ElfSymbols.NameAt(names, symbol.NameOffset);
            if (symbol.Section != 0 && (name.SequenceEqual("_PyRuntime"u8) || name.SequenceEqual("Py_Version"u8)))
            {
                found[name[0] == '_' ? Runtime : Version] = symbol.Address;
            }
        }

        return found;
    }
}
