namespace PixieOrleans.NodeProbe.Elf;

/// <summary>Kind of an ELF file (e_type); other kinds hold no code that runs.</summary>
internal enum ElfKind : ushort
{
    /// <summary>A program at fixed addresses.</summary>
    Executable = 2,

    /// <summary>A shared library, or a program that runs at any address.</summary>
    Shared = 3,
}

/// <summary>Which list of symbols.</summary>
internal enum ElfSymbolTable
{
    /// <summary>.dynsym: what the dynamic linker needs; strip keeps it.</summary>
    Dynamic,

    /// <summary>.symtab: all symbols; strip removes it.</summary>
    Full,
}

/// <summary>A section as its header tells.</summary>
/// <param name="Name">Its name, cut at 255 bytes.</param>
/// <param name="Type">sh_type: 2 symbols, 3 strings, 7 notes, 8 no bytes in the file, 11 dynamic symbols.</param>
/// <param name="Flags">sh_flags: 0x2 in memory, 0x4 code, 0x800 compressed.</param>
/// <param name="Address">Virtual address, 0 when not in memory.</param>
/// <param name="Offset">First byte in the file.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Link">Number of another section; of symbols: their strings.</param>
internal readonly record struct ElfSection(
    string Name, uint Type, ulong Flags, ulong Address, ulong Offset, ulong Bytes, uint Link)
{
    private const uint NoBits = 8;

    /// <summary>True when the file holds the section's bytes.</summary>
    public bool HasBytes => Type != NoBits;
}

/// <summary>A segment as its program header tells.</summary>
/// <param name="Type">p_type: 1 loaded, 2 dynamic, 4 notes.</param>
/// <param name="Flags">p_flags: 1 executable, 2 writable, 4 readable.</param>
/// <param name="Offset">First byte in the file.</param>
/// <param name="Address">Virtual address.</param>
/// <param name="FileBytes">Bytes in the file.</param>
/// <param name="MemoryBytes">Bytes in memory.</param>
internal readonly record struct ElfSegment(
    uint Type, uint Flags, ulong Offset, ulong Address, ulong FileBytes, ulong MemoryBytes)
{
    private const uint Load = 1;
    private const uint Execute = 1;

    /// <summary>True when the kernel or the dynamic linker maps it.</summary>
    public bool IsLoaded => Type == Load;

    /// <summary>True for code.</summary>
    public bool IsExecutable => (Flags & Execute) != 0;
}

/// <summary>A symbol; its name is at <paramref name="NameOffset"/> of the table's strings.</summary>
/// <param name="Address">Virtual address.</param>
/// <param name="Bytes">Size; 0 when the compiler did not say.</param>
/// <param name="NameOffset">Where the name starts.</param>
/// <param name="Info">st_info: type and binding.</param>
/// <param name="Section">st_shndx: 0 when the symbol is defined elsewhere.</param>
internal readonly record struct ElfSymbol(ulong Address, ulong Bytes, uint NameOffset, byte Info, ushort Section)
{
    private const int FunctionType = 2;
    private const int IndirectFunctionType = 10;

    /// <summary>True for code of this file.</summary>
    public bool IsFunction => Section != 0 && (Info & 0xF) is FunctionType or IndirectFunctionType;
}
