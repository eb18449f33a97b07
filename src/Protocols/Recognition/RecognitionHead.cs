using System.Buffers.Binary;

namespace PixieOrleans.Protocols.Recognition;

/// <summary>What recognition sees: the first bytes of a direction or of a message, and how long that is.</summary>
public readonly struct RecognitionHead
{
    /// <summary>Bytes that are looked at, at most.</summary>
    public const int MaxBytes = 16;

    /// <summary>Copies the first bytes; zero is behind their end.</summary>
    /// <param name="first">The bytes; those beyond <see cref="MaxBytes"/> are not looked at.</param>
    /// <param name="length">Of the message, as far as it is known.</param>
    /// <param name="isDatagram">True when the bytes are a datagram.</param>
    public RecognitionHead(ReadOnlySpan<byte> first, ulong length, bool isDatagram)
    {
        Span<byte> padded = stackalloc byte[MaxBytes];
        padded.Clear();
        Bytes = Math.Min(first.Length, MaxBytes);
        first[..Bytes].CopyTo(padded);
        Low = BinaryPrimitives.ReadUInt64LittleEndian(padded);
        High = BinaryPrimitives.ReadUInt64LittleEndian(padded[8..]);
        (Length, IsDatagram) = (length, isDatagram);
    }

    /// <summary>First 8 bytes, little endian.</summary>
    public ulong Low { get; }

    /// <summary>The next 8 bytes, little endian.</summary>
    public ulong High { get; }

    /// <summary>Bytes known of the two words.</summary>
    public int Bytes { get; }

    /// <summary>Length of the message.</summary>
    public ulong Length { get; }

    /// <summary>True for a datagram.</summary>
    public bool IsDatagram { get; }

    /// <summary>One byte.</summary>
    internal byte this[int index] => (byte)((index < 8 ? Low : High) >> (8 * (index & 7)));

    /// <summary>Two bytes, big endian.</summary>
    internal uint Big16(int index) => ((uint)this[index] << 8) | this[index + 1];

    /// <summary>Four bytes, big endian.</summary>
    internal uint Big32(int index) => (Big16(index) << 16) | Big16(index + 2);

    /// <summary>Four bytes, little endian.</summary>
    internal uint Little32(int index) => BinaryPrimitives.ReverseEndianness(Big32(index));

    /// <summary>True when the bytes from <paramref name="index"/> are this text; zero counts as a byte.</summary>
    internal bool Has(int index, ReadOnlySpan<byte> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (index + i >= MaxBytes || this[index + i] != text[i])
            {
                return false;
            }
        }

        return true;
    }
}
