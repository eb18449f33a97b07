namespace PixieOrleans.NodeProbe.Profiles.Unwinding;

/// <summary>A common information entry (CIE) of .eh_frame: what the functions that name it share.</summary>
/// <param name="CodeAlignment">Factor of distances in code.</param>
/// <param name="DataAlignment">Factor of offsets.</param>
/// <param name="Encoding">DW_EH_PE_* of the functions' addresses.</param>
/// <param name="HasAugmentation">Functions have data of a length before their instructions.</param>
/// <param name="IsSignal">The functions are those that return from signals.</param>
/// <param name="Start">First instruction in the section.</param>
/// <param name="End">Behind the last.</param>
internal readonly record struct CommonEntry(
    ulong CodeAlignment, long DataAlignment, byte Encoding, bool HasAugmentation, bool IsSignal, int Start, int End)
{
    private const int MaxLetters = 16; // of an augmentation; compilers write up to five

    /// <summary>Reads one; false when it is damaged or of a kind that is not known.</summary>
    /// <remarks>
    /// length, uint32; 0, uint32; version; augmentation, zero-terminated; code alignment, ULEB; data alignment, SLEB;
    /// register of the return address (a byte in version 1, else ULEB); with "z" the length of the augmentation's data
    /// and for each letter its part: R encoding, L encoding, P encoding and pointer, S and B nothing; instructions.
    /// Source: Linux Standard Base, "Exception Frames".
    /// </remarks>
    public static bool TryRead(ReadOnlySpan<byte> section, int at, out CommonEntry entry)
    {
        entry = default;
        if (!FrameEntry.TryReadHead(section, at, out var end, out var id) || id != 0)
        {
            return false;
        }

        var reader = new DwarfReader(section[..end], at + FrameEntry.HeadBytes);
        var version = reader.ReadByte();
        var names = section[Math.Min(reader.Position, end)..end];
        names = names[..Math.Min(names.Length, MaxLetters)];
        var length = names.IndexOf((byte)0);
        if (version is not (1 or 3) || length < 0 || (length > 0 && names[0] != (byte)'z'))
        {
            return false;
        }

        reader.Skip((ulong)length + 1);
        var (code, data) = (reader.ReadUleb(), reader.ReadSleb());
        var returnRegister = version == 1 ? reader.ReadByte() : reader.ReadUleb();
        var (encoding, isSignal) = ((byte)0, false);
        if (length > 0)
        {
            var bytes = reader.ReadUleb();
            var start = reader.Position;
            ReadAugmentation(ref reader, names[1..length], ref encoding, ref isSignal);
            reader = new DwarfReader(section[..end], start);
            reader.Skip(bytes);
        }

        entry = new CommonEntry(code, data, encoding, length > 0, isSignal, reader.Position, end);
        return !reader.Failed && returnRegister == DwarfRegister.Pc;
    }

    private static void ReadAugmentation(
        ref DwarfReader reader, ReadOnlySpan<byte> letters, ref byte encoding, ref bool isSignal)
    {
        foreach (var letter in letters)
        {
            switch ((char)letter)
            {
                case 'R':
                    encoding = reader.ReadByte();
                    break;
                case 'L':
                    reader.ReadByte();
                    break;
                case 'P':
                    reader.ReadEncoded(reader.ReadByte());
                    break;
                case 'S':
                    isSignal = true;
                    break;
                case 'B': // of arm64
                    break;
                default:
                    return; // its data cannot be told from what follows
            }
        }
    }
}

/// <summary>A frame description entry (FDE) of .eh_frame: a range of code, mostly a function.</summary>
/// <param name="Common">What it shares with others.</param>
/// <param name="Address">Virtual address of its first byte.</param>
/// <param name="Bytes">Length of the code.</param>
/// <param name="Start">First instruction in the section.</param>
/// <param name="End">Behind the last.</param>
internal readonly record struct FrameEntry(CommonEntry Common, ulong Address, ulong Bytes, int Start, int End)
{
    /// <summary>Bytes of the length and the id that entries begin with.</summary>
    public const int HeadBytes = 8;

    private const uint LongLength = 0xFFFF_FFFF; // of 64-bit entries, which no linker makes

    /// <summary>Reads one; false when it is damaged or of a kind that is not known.</summary>
    /// <remarks>
    /// length, uint32; distance from here back to the CIE, uint32; address and length of the code, encoded as the CIE
    /// says; with augmentation the length of its data and the data; instructions.
    /// </remarks>
    public static bool TryRead(ReadOnlySpan<byte> section, int at, ulong sectionAddress, out FrameEntry entry)
    {
        entry = default;
        if (!TryReadHead(section, at, out var end, out var id) || id == 0
            || id > (uint)(at + sizeof(uint))
            || !CommonEntry.TryRead(section, at + sizeof(uint) - (int)id, out var common))
        {
            return false;
        }

        var reader = new DwarfReader(section[..end], at + HeadBytes);
        var address = reader.ReadPointer(common.Encoding, sectionAddress);
        var bytes = reader.ReadEncoded(common.Encoding);
        if (common.HasAugmentation)
        {
            reader.Skip(reader.ReadUleb());
        }

        entry = new FrameEntry(common, address, bytes, reader.Position, end);
        return !reader.Failed && bytes > 0 && address + bytes > address;
    }

    /// <summary>Reads the length and the id, 0 for a CIE; false at the section's end.</summary>
    public static bool TryReadHead(ReadOnlySpan<byte> section, int at, out int end, out uint id)
    {
        var reader = new DwarfReader(section, at);
        var length = reader.ReadFixed(sizeof(uint));
        id = (uint)reader.ReadFixed(sizeof(uint));
        end = at + sizeof(uint) + (int)Math.Min(length, int.MaxValue / 2);
        return !reader.Failed && length is >= sizeof(uint) and < LongLength && end <= section.Length;
    }
}
