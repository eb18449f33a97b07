using System.Buffers;

namespace PixieOrleans.Protocols.Http2;

/// <summary>
/// The dynamic table of one direction (RFC 7541 §2.3.2): the newest fields, counted from the newest one. Its memory is
/// rented and grows with what is in it.
/// </summary>
internal sealed class HpackTable
{
    private const int EntryOverheadBytes = 32; // RFC 7541 §4.1
    private const int DefaultBytes = 4096;
    private const int MaxBytes = 64 << 10; // of a table that is kept; older fields of a larger one are unknown
    private const int MinArrayBytes = 512;

    private Entry[] _entries = []; // a ring; a power of two
    private int _oldest; // index into the ring
    private byte[] _bytes = [];
    private long _base; // position of _bytes[0]
    private long _end; // position behind the newest text
    private int _size; // as RFC 7541 counts it
    private int _maxSize = DefaultBytes;

    private readonly record struct Entry(long Start, int NameLength, int ValueLength, bool NameUnknown);

    /// <summary>Fields known.</summary>
    public int Count { get; private set; }

    /// <summary>True when fields were added that nobody saw, or that were too many to keep.</summary>
    public bool IsIncomplete { get; private set; } = true;

    /// <summary>Bytes of memory held.</summary>
    public int RetainedBytes => _bytes.Length + (_entries.Length * 24);

    /// <summary>Begins as both peers do: empty.</summary>
    public void Start() => (Count, _size, _maxSize, IsIncomplete) = (0, 0, DefaultBytes, false);

    /// <summary>Fields may have been added unseen: what is here has unknown numbers now.</summary>
    public void Lose() => (Count, _size, IsIncomplete) = (0, 0, true);

    /// <summary>The sender changed the size.</summary>
    public void Resize(int bytes)
    {
        IsIncomplete |= bytes > MaxBytes;
        _maxSize = Math.Min(bytes, MaxBytes);
        Evict(_maxSize);
    }

    /// <summary>Adds the newest field.</summary>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool nameUnknown)
    {
        var size = name.Length + value.Length + EntryOverheadBytes;
        Evict(Math.Max(0, _maxSize - size));
        if (size > _maxSize)
        {
            return; // empties the table, and is no error (RFC 7541 §4.4)
        }

        MakeRoom(name.Length + value.Length);
        var at = (int)(_end - _base);
        name.CopyTo(_bytes.AsSpan(at));
        value.CopyTo(_bytes.AsSpan(at + name.Length));
        _entries[(_oldest + Count) & (_entries.Length - 1)] = new Entry(_end, name.Length, value.Length, nameUnknown);
        _end += name.Length + value.Length;
        _size += size;
        Count++;
    }

    /// <summary>Name of a field, 0 for the newest; valid until the next addition.</summary>
    public ReadOnlySpan<byte> NameOf(int index, out bool unknown)
    {
        var entry = At(index);
        unknown = entry.NameUnknown;
        return _bytes.AsSpan((int)(entry.Start - _base), entry.NameLength);
    }

    /// <summary>Value of a field, 0 for the newest; valid until the next addition.</summary>
    public ReadOnlySpan<byte> ValueOf(int index)
    {
        var entry = At(index);
        return _bytes.AsSpan((int)(entry.Start - _base) + entry.NameLength, entry.ValueLength);
    }

    /// <summary>Gives the memory back; the table is as good as lost.</summary>
    public void Release()
    {
        Lose();
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
        }

        (_base, _end, _entries) = (0, 0, []);
    }

    private Entry At(int index) => _entries[(_oldest + Count - 1 - index) & (_entries.Length - 1)];

    private void Evict(int maxSize)
    {
        while (Count > 0 && _size > maxSize)
        {
            var entry = At(Count - 1);
            _size -= entry.NameLength + entry.ValueLength + EntryOverheadBytes;
            _oldest = (_oldest + 1) & (_entries.Length - 1);
            Count--;
        }
    }

    private void MakeRoom(int bytes)
    {
        if (Count == _entries.Length)
        {
            var larger = new Entry[Math.Max(16, 2 * Count)];
            for (var i = 0; i < Count; i++)
            {
                larger[i] = _entries[(_oldest + i) & (_entries.Length - 1)];
            }

            (_entries, _oldest) = (larger, 0);
        }

        if (_end - _base + bytes <= _bytes.Length)
        {
            return;
        }

        var start = Count == 0 ? _end : At(Count - 1).Start;
        var live = (int)(_end - start);
        var array = _bytes;
        if (array.Length < 2 * (live + bytes)) // else moving would come too often
        {
            array = ArrayPool<byte>.Shared.Rent(Math.Max(MinArrayBytes, 2 * (live + bytes)));
        }

        _bytes.AsSpan((int)(start - _base), live).CopyTo(array);
        if (array != _bytes && _bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        (_bytes, _base) = (array, start);
    }
}
