using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Profiles.Symbols;

/// <summary>Symbols of the vdso, the code that the kernel maps into every process: read from this one.</summary>
internal static unsafe class Vdso
{
    /// <summary>Reads them; null when there is none.</summary>
    public static ModuleSymbols? Read()
    {
        using var file = Open();
        return file is null ? null : ModuleSymbols.Read(file);
    }

    /// <summary>Its image as a file, in memory; null when there is none.</summary>
    public static ElfFile? Open()
    {
        var code = new List<MappedCode>();
        ProcessMaps.Read((uint)Environment.ProcessId, code, withVdso: true);
        var own = code.Find(mapped => mapped.Path == ProcessMaps.VdsoName);
        if (own.End <= own.Start)
        {
            return null;
        }

        // Mapped as long as this process lives, and readable.
        var image = new ReadOnlySpan<byte>((void*)own.Start, (int)(own.End - own.Start)).ToArray();
        return ElfFile.TryParse(ElfBytes.OfMemory(image), out var file, out _) ? file : null;
    }
}
