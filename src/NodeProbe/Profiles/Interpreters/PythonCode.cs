using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using PixieOrleans.NodeProbe.Profiles.Symbols;

namespace PixieOrleans.NodeProbe.Profiles.Interpreters;

/// <summary>
/// Names code of one process, each once: code that is made and thrown away again and again may have an older name.
/// </summary>
internal sealed class PythonCode(uint processId, PythonLayout layout)
{
    private const int MaxNames = 16_384; // kept; beyond, all are read again
    private const int MaxTextBytes = 1024;
    private const ulong Ascii = 1 << 6;

    private readonly Dictionary<ulong, byte[]> _names = [];

    /// <summary>A frame such as "Server.handle (server.py:12)": name, file, first line.</summary>
    /// <param name="address">Of the code.</param>
    public byte[] NameOf(ulong address)
    {
        if (!_names.TryGetValue(address, out var name))
        {
            if (_names.Count >= MaxNames)
            {
                _names.Clear();
            }

            name = _names[address] = Read(address);
        }

        return name;
    }

    private byte[] Read(ulong address)
    {
        using var memory = ProcessMemory.Open(processId);
        Span<byte> line = stackalloc byte[sizeof(int)];
        if (memory is null || !IsCode(memory, address) || !memory.TryRead(address + layout.FirstLine, line)
            || ReadText(memory, memory.ReadPointer(address + layout.QualifiedName)) is not { } name
            || ReadText(memory, memory.ReadPointer(address + layout.FileName)) is not { } file)
        {
            return FrameText.OfPlace("python", address);
        }

        var number = BinaryPrimitives.ReadInt32LittleEndian(line);
        return FrameText.OfText(string.Create(
            CultureInfo.InvariantCulture, $"{name} ({file[(file.LastIndexOf('/') + 1)..]}:{number})"));
    }

    private static bool IsCode(ProcessMemory memory, ulong address)
    {
        Span<byte> name = stackalloc byte[5];
        var type = memory.ReadPointer(address + PythonLayout.Type);
        return memory.TryRead(memory.ReadPointer(type + PythonLayout.TypeName), name) && name.SequenceEqual("code\0"u8);
    }

    private string? ReadText(ProcessMemory memory, ulong address)
    {
        Span<byte> head = stackalloc byte[(int)PythonLayout.TextState + sizeof(uint)];
        if (!memory.TryRead(address, head))
        {
            return null;
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(head[(int)PythonLayout.TextLength..]);
        var state = BinaryPrimitives.ReadUInt32LittleEndian(head[(int)PythonLayout.TextState..]);
        var width = (state >> 2) & 7;
        var text = new byte[Math.Min(length * width, MaxTextBytes)];
        var start = address + ((state & Ascii) != 0 ? layout.AsciiBytes : layout.OtherBytes);
        return !memory.TryRead(start, text) ? null : width switch
        {
            1 => Encoding.Latin1.GetString(text),
            2 => Encoding.Unicode.GetString(text),
            4 => Encoding.UTF32.GetString(text),
            _ => null,
        };
    }
}
