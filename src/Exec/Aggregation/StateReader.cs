using System.Buffers.Binary;

namespace PixieOrleans.Exec.Aggregation;

/// <summary>Reads a serialised state; whatever does not fit is an <see cref="InvalidStateException"/>.</summary>
internal ref struct StateReader(ReadOnlySpan<byte> state)
{
    private ReadOnlySpan<byte> _rest = state;

    /// <summary>Bytes not read yet.</summary>
    public readonly int Remaining => _rest.Length;

    /// <summary>Eight bytes, little endian.</summary>
    public long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    /// <summary>Eight bytes, little endian, at least 0.</summary>
    public long ReadCount()
    {
        var count = ReadInt64();
        return count >= 0 ? count : throw new InvalidStateException($"A count is {count}.");
    }

    /// <summary>Eight bytes, little endian.</summary>
    public double ReadFloat64() => BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)));

    /// <summary>Eight bytes, little endian; neither infinite nor NaN.</summary>
    public double ReadFinite()
    {
        var value = ReadFloat64();
        return double.IsFinite(value) ? value : throw new InvalidStateException($"A value is {value}.");
    }

    /// <summary>One byte, 0 or 1.</summary>
    public bool ReadBoolean()
    {
        var value = Take(1)[0];
        return value <= 1 ? value == 1 : throw new InvalidStateException($"A flag is {value}.");
    }

    /// <summary>Bytes, borrowed.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            throw new InvalidStateException($"The state ends {count - _rest.Length} bytes early.");
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    /// <summary>Fails when bytes are left.</summary>
    public readonly void RequireEnd()
    {
        if (!_rest.IsEmpty)
        {
            throw new InvalidStateException($"The state has {_rest.Length} bytes too many.");
        }
    }
}
