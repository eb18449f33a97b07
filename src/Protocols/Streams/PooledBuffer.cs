using System.Buffers;

namespace PixieOrleans.Protocols.Streams;

/// <summary>A byte buffer that grows on rented arrays. The caller bounds what goes in; not to be copied.</summary>
internal struct PooledBuffer
{
    private const int MinBytes = 1024;

    private byte[]? _array;

    /// <summary>Bytes in use.</summary>
    public int Length { get; private set; }

    /// <summary>Bytes rented.</summary>
    public readonly int Capacity => _array?.Length ?? 0;

    /// <summary>The bytes in use; valid until the next append or release.</summary>
    public readonly ReadOnlySpan<byte> Span => _array.AsSpan(0, Length);

    /// <summary>Appends a copy of <paramref name="bytes"/>.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Free space of at least <paramref name="bytes"/>; counted by <see cref="Advance"/>.</summary>
    public Span<byte> GetSpan(int bytes)
    {
        var array = _array;
        if (array is null || array.Length - Length < bytes)
        {
            array = Grow(bytes);
        }

        return array.AsSpan(Length);
    }

    /// <summary>As <see cref="GetSpan"/>, for writers that need memory.</summary>
    public Memory<byte> GetMemory(int bytes)
    {
        GetSpan(bytes);
        return _array.AsMemory(Length);
    }

    /// <summary>Counts <paramref name="bytes"/> written into <see cref="GetSpan"/>.</summary>
    public void Advance(int bytes) => Length += bytes;

    /// <summary>Cuts back to <paramref name="length"/> bytes.</summary>
    public void Truncate(int length) => Length = Math.Min(Length, length);

    /// <summary>Forgets the bytes and keeps the array.</summary>
    public void Clear() => Length = 0;

    /// <summary>Forgets the bytes and gives the array back.</summary>
    public void Release()
    {
        if (_array is { } array)
        {
            _array = null;
            ArrayPool<byte>.Shared.Return(array);
        }

        Length = 0;
    }

    private byte[] Grow(int bytes)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(MinBytes, Math.Max(Length + bytes, 2 * Length)));
        if (_array is { } array)
        {
            array.AsSpan(0, Length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(array);
        }

        _array = larger;
        return larger;
    }
}
