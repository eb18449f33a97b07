using System.Buffers;

namespace PixieOrleans.Exec.Expressions;

/// <summary>A rented array that one owner uses again for every batch; not thread-safe.</summary>
internal struct ScratchBuffer<T>
{
    private T[]? _array;

    /// <summary>At least <paramref name="length"/> elements of any content, valid until the next call.</summary>
    public Span<T> Get(int length)
    {
        if (_array is null || _array.Length < length)
        {
            Release();
            _array = ArrayPool<T>.Shared.Rent(length);
        }

        return _array.AsSpan(0, length);
    }

    /// <summary>Gives the array back to the pool.</summary>
    public void Release()
    {
        if (_array is not null)
        {
            ArrayPool<T>.Shared.Return(_array);
            _array = null;
        }
    }
}
