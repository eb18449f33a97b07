using System.Buffers.Binary;

namespace PixieOrleans.Replay.Captures;

/// <summary>An interface of a pcapng section: how to read the packets that name it.</summary>
/// <param name="LinkType">What their bytes begin with.</param>
/// <param name="SnapLength">Most bytes that were kept of one; 0 = no bound.</param>
/// <param name="Resolution">Unit of their times: 10 to the minus this, or 2 if the highest bit is set.</param>
/// <param name="OffsetSeconds">Added to their times.</param>
internal readonly record struct CaptureInterface(int LinkType, uint SnapLength, byte Resolution, long OffsetSeconds)
{
    private const byte Microseconds = 6;
    private const byte PowerOfTwo = 0x80;
    private const int NsDigits = 9;
    private const int OptionResolution = 9;
    private const int OptionOffset = 14;
    private const long NsPerSecond = 1_000_000_000;
    private const int FixedBytes = 8;

    /// <summary>Reads the body of an interface description block.</summary>
    public static CaptureInterface Read(ReadOnlySpan<byte> body, bool isBigEndian)
    {
        var found = new CaptureInterface(U16(body, isBigEndian), U32(body[4..], isBigEndian), Microseconds, 0);
        for (var options = body[FixedBytes..]; options.Length >= 4;)
        {
            var (code, length) = (U16(options, isBigEndian), U16(options[2..], isBigEndian));
            var padded = 4 + ((length + 3) & ~3);
            if (code == 0 || padded > options.Length)
            {
                break;
            }

            var value = options.Slice(4, length);
            found = (code, length) switch
            {
                (OptionResolution, 1) => found with { Resolution = value[0] },
                (OptionOffset, 8) => found with
                {
                    OffsetSeconds = isBigEndian
                        ? BinaryPrimitives.ReadInt64BigEndian(value)
                        : BinaryPrimitives.ReadInt64LittleEndian(value),
                },
                _ => found,
            };
            options = options[padded..];
        }

        return found;
    }

    /// <summary>A time of this interface in ns since 1970.</summary>
    public long ToUnixNs(ulong time)
    {
        var digits = Resolution & ~PowerOfTwo;
        var ns = (Resolution & PowerOfTwo) != 0
            ? ((UInt128)time * NsPerSecond) >> Math.Min(digits, 127)
            : digits <= NsDigits ? (UInt128)time * Power(NsDigits - digits) : (UInt128)time / Power(digits - NsDigits);
        return (long)ns + (OffsetSeconds * NsPerSecond);
    }

    private static UInt128 Power(int digits)
    {
        var power = UInt128.One;
        for (var i = 0; i < Math.Min(digits, 30); i++)
        {
            power *= 10;
        }

        return power;
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, bool isBigEndian) => isBigEndian
        ? BinaryPrimitives.ReadUInt16BigEndian(bytes)
        : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static uint U32(ReadOnlySpan<byte> bytes, bool isBigEndian) => isBigEndian
        ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
        : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
