using System.Buffers.Binary;

namespace PixieOrleans.Soak.Fuzzing;

/// <summary>Changes bytes of a chunk, as lengths, flags, digits and texts of protocols are changed to some effect.
/// </summary>
internal sealed class ByteMutator(Random random)
{
    private const int MaxChunkBytes = 32 << 10;
    private static readonly long[] Numbers =
    [
        -1, 0, 1, 2, 4, 7, 8, 16, 32, 64, 100, 127, 128, 255, 256, 512, 1000, 1024, 4096, 32767, 32768, 65535, 65536,
        100_000, 0xffffff, 0x1000000, int.MaxValue, int.MinValue, int.MaxValue - 4, long.MaxValue, long.MinValue,
    ];

    private readonly Random _random = random;

    /// <summary>A changed copy; parts of <paramref name="other"/> may become parts of it.</summary>
    public byte[] Mutate(byte[] original, byte[] other)
    {
        if (original.Length == 0)
        {
            return Bytes(1 + _random.Next(16));
        }

        return _random.Next(12) switch
        {
            0 => Overwrite(original, [(byte)(original[_random.Next(original.Length)] ^ (1 << _random.Next(8)))]),
            1 => FlipBit(original),
            2 => Overwrite(original, [(byte)_random.Next(256)]),
            3 or 4 => Overwrite(original, Number()),
            5 => Insert(original, Bytes(1 + _random.Next(8))),
            6 => Remove(original),
            7 => Insert(original, Part(original)),
            8 => Insert(original, Part(other)),
            9 => Overwrite(original, Part(other)),
            10 => original[..(1 + _random.Next(original.Length))],
            _ => ChangeDigit(original),
        };
    }

    private byte[] FlipBit(byte[] original)
    {
        var bytes = (byte[])original.Clone();
        bytes[_random.Next(bytes.Length)] ^= (byte)(1 << _random.Next(8));
        return bytes;
    }

    private byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        if (_random.Next(2) == 0)
        {
            _random.NextBytes(bytes);
        }
        else
        {
            Array.Fill(bytes, (byte)_random.Next(256));
        }

        return bytes;
    }

    // A number that sits at a limit, in one of the forms that protocols write numbers in.
    private byte[] Number()
    {
        var value = Numbers[_random.Next(Numbers.Length)] + _random.Next(-2, 3);
        var bytes = new byte[sizeof(long)];
        if (_random.Next(2) == 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
            return bytes[..(1 << _random.Next(4))];
        }

        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes[^(1 << _random.Next(4))..];
    }

    private byte[] ChangeDigit(byte[] original)
    {
        var digit = original.AsSpan(_random.Next(original.Length)).IndexOfAnyInRange((byte)'0', (byte)'9');
        if (digit < 0)
        {
            return FlipBit(original);
        }

        var number = System.Text.Encoding.ASCII.GetBytes($"{Numbers[_random.Next(Numbers.Length)]}");
        return [.. original[..digit], .. number, .. original[(digit + 1)..]];
    }

    private byte[] Part(byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return [0];
        }

        var from = _random.Next(bytes.Length);
        return bytes[from..(from + 1 + _random.Next(Math.Min(64, bytes.Length - from)))];
    }

    private byte[] Overwrite(byte[] original, byte[] part)
    {
        var bytes = (byte[])original.Clone();
        var at = _random.Next(bytes.Length);
        part.AsSpan(0, Math.Min(part.Length, bytes.Length - at)).CopyTo(bytes.AsSpan(at));
        return bytes;
    }

    private byte[] Insert(byte[] original, byte[] part)
    {
        if (original.Length + part.Length > MaxChunkBytes)
        {
            return FlipBit(original);
        }

        var at = _random.Next(original.Length + 1);
        return [.. original[..at], .. part, .. original[at..]];
    }

    private byte[] Remove(byte[] original)
    {
        var from = _random.Next(original.Length);
        var length = 1 + _random.Next(Math.Min(32, original.Length - from));
        return [.. original[..from], .. original[(from + length)..]];
    }
}
