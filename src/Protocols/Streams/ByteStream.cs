using System.Buffers;
using System.Runtime.InteropServices;

namespace PixieOrleans.Protocols.Streams;

/// <summary>
/// One direction of a connection by position: takes chunks in any order, drops repeats, shows the contiguous bytes at
/// its head and the gap before them. Holds nothing while it is empty, so that the steady path (a chunk that its reader
/// uses up at once) goes past it: read from the chunk, then <see cref="Advance"/>.
/// </summary>
/// <remarks>
/// Kept as pieces sorted by position; pieces that touch are joined. At most <c>maxBytes</c> are held: beyond, the
/// oldest pieces go and their length is returned to be counted. Times are kept per chunk.
/// </remarks>
public sealed class ByteStream(int maxBytes)
{
    private const int MaxPieces = 1024; // beyond, the oldest goes: a stream of many gaps must not cost a long search
    private const int MaxMarks = 1024; // per piece; beyond, the newest chunks share the later time

    private readonly int _maxBytes = maxBytes;
    private List<Piece>? _pieces;
    private ulong _end; // of the newest byte ever taken

    /// <summary>Position of the next byte to read.</summary>
    public ulong Position { get; private set; }

    /// <summary>Bytes held.</summary>
    public int BufferedBytes { get; private set; }

    /// <summary>Bytes of memory held for them.</summary>
    public long RetainedBytes { get; private set; }

    /// <summary>True when nothing is held.</summary>
    public bool IsEmpty => BufferedBytes == 0;

    /// <summary>Contiguous bytes from <see cref="Position"/>; empty before a gap. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Head => IsEmpty || _pieces![0].Start != Position ? default : _pieces[0].Bytes;

    /// <summary>The part of <see cref="Head"/> that one chunk brought, and that chunk's time.</summary>
    public ReadOnlySpan<byte> HeadChunk(out long timeNs)
    {
        timeNs = 0;
        return Head.IsEmpty ? default : _pieces![0].FirstChunk(out timeNs);
    }

    /// <summary>Bytes missing before the oldest byte held; 0 when there is no gap at the head.</summary>
    public ulong GapBytes => IsEmpty ? 0 : _pieces![0].Start - Position;

    /// <summary>Newest position known; at least <see cref="Position"/>.</summary>
    public ulong End => Math.Max(_end, Position);

    /// <summary>Moves past bytes that were read from <see cref="Head"/>, or from a chunk while empty.</summary>
    public void Advance(int bytes)
    {
        Position += (ulong)bytes;
        if (!IsEmpty)
        {
            DropBefore(Position);
        }
    }

    /// <summary>Moves to <paramref name="position"/>, forwards only, and drops what lies before it.</summary>
    public void SkipTo(ulong position)
    {
        if (position <= Position)
        {
            return;
        }

        Position = position;
        DropBefore(position);
    }

    /// <summary>Time of the chunk that brought the byte at <paramref name="position"/>, which must be held.</summary>
    public long TimeAt(ulong position)
    {
        foreach (var piece in CollectionsMarshal.AsSpan(_pieces))
        {
            if (position < piece.End)
            {
                return piece.TimeAt(position);
            }
        }

        throw new ArgumentOutOfRangeException(nameof(position), position, "the byte is not held");
    }

    /// <summary>Takes a copy of a chunk, without what was read or is held already.</summary>
    /// <returns>Bytes dropped to stay within the bound, oldest first.</returns>
    public int Append(ulong position, long timeNs, ReadOnlySpan<byte> chunk)
    {
        if (position > ulong.MaxValue - (ulong)chunk.Length)
        {
            return chunk.Length; // would wrap around
        }

        _end = Math.Max(_end, position + (ulong)chunk.Length);
        if (position < Position)
        {
            var repeated = Math.Min((ulong)chunk.Length, Position - position);
            chunk = chunk[(int)repeated..];
            position += repeated;
        }

        if (chunk.IsEmpty)
        {
            return 0;
        }

        var dropped = 0;
        if (chunk.Length > _maxBytes)
        {
            dropped = chunk.Length - _maxBytes;
            position += (ulong)dropped;
            chunk = chunk[dropped..];
        }

        Insert(position, timeNs, chunk);
        return dropped + Shrink();
    }

    /// <summary>Drops everything held and gives its memory back.</summary>
    public void Clear()
    {
        if (_pieces is { } pieces)
        {
            foreach (var piece in pieces)
            {
                piece.Release();
            }

            pieces.Clear();
            _pieces = null;
        }

        (BufferedBytes, RetainedBytes) = (0, 0);
    }

    private void Insert(ulong position, long timeNs, ReadOnlySpan<byte> chunk)
    {
        var pieces = _pieces ??= [];
        var i = pieces.Count;
        while (i > 0 && pieces[i - 1].Start > position)
        {
            i--;
        }

        while (!chunk.IsEmpty)
        {
            var previous = i > 0 ? pieces[i - 1] : null;
            if (previous is not null && previous.End > position)
            {
                var held = (int)Math.Min((ulong)chunk.Length, previous.End - position);
                chunk = chunk[held..];
                position += (ulong)held;
                continue;
            }

            var next = i < pieces.Count ? pieces[i] : null;
            var free = next is null ? chunk.Length : (int)Math.Min((ulong)chunk.Length, next.Start - position);
            if (free > 0)
            {
                i = Place(pieces, i, position, timeNs, chunk[..free]);
                chunk = chunk[free..];
                position += (ulong)free;
            }

            i = Math.Min(i + 1, pieces.Count);
        }

        Join(pieces);
    }

    // Puts free bytes before piece i: onto the end of the previous piece when they touch. Returns the piece's index.
    private int Place(List<Piece> pieces, int i, ulong position, long timeNs, ReadOnlySpan<byte> bytes)
    {
        BufferedBytes += bytes.Length;
        if (i > 0 && pieces[i - 1].End == position)
        {
            i--;
        }
        else
        {
            pieces.Insert(i, new Piece(position));
        }

        RetainedBytes -= pieces[i].RetainedBytes;
        pieces[i].Append(timeNs, bytes);
        RetainedBytes += pieces[i].RetainedBytes;
        return i;
    }

    private void Join(List<Piece> pieces)
    {
        for (var i = pieces.Count - 1; i > 0; i--)
        {
            if (pieces[i - 1].End != pieces[i].Start)
            {
                continue;
            }

            RetainedBytes -= pieces[i - 1].RetainedBytes + pieces[i].RetainedBytes;
            pieces[i - 1].Append(pieces[i]);
            RetainedBytes += pieces[i - 1].RetainedBytes;
            pieces[i].Release();
            pieces.RemoveAt(i);
        }
    }

    private int Shrink()
    {
        var dropped = 0;
        while (BufferedBytes > _maxBytes || _pieces!.Count > MaxPieces)
        {
            var oldest = _pieces![0];
            var bytes = _pieces.Count > MaxPieces
                ? oldest.Bytes.Length
                : Math.Min(oldest.Bytes.Length, BufferedBytes - _maxBytes);
            dropped += bytes;
            DropBefore(oldest.Start + (ulong)bytes);
        }

        return dropped;
    }

    private void DropBefore(ulong position)
    {
        var pieces = _pieces;
        while (pieces is { Count: > 0 } && pieces[0].Start < position)
        {
            var oldest = pieces[0];
            var bytes = (int)Math.Min((ulong)oldest.Bytes.Length, position - oldest.Start);
            BufferedBytes -= bytes;
            oldest.Consume(bytes);
            if (!oldest.Bytes.IsEmpty)
            {
                break;
            }

            RetainedBytes -= oldest.RetainedBytes;
            oldest.Release();
            pieces.RemoveAt(0);
        }

        if (pieces is { Count: 0 })
        {
            Clear();
        }
    }

    // Contiguous bytes and the chunks that they came in.
    private sealed class Piece(ulong start)
    {
        private readonly List<(ulong End, long TimeNs)> _marks = [];
        private byte[] _array = [];
        private int _offset;
        private int _length;

        public ulong Start { get; private set; } = start;

        public ulong End => Start + (ulong)_length;

        public ReadOnlySpan<byte> Bytes => _array.AsSpan(_offset, _length);

        public long RetainedBytes => _array.Length + (16L * _marks.Capacity);

        public void Append(long timeNs, ReadOnlySpan<byte> bytes)
        {
            Write(bytes);
            if (_marks.Count > 0 && (_marks[^1].TimeNs == timeNs || _marks.Count == MaxMarks))
            {
                _marks[^1] = (End, Math.Max(timeNs, _marks[^1].TimeNs));
                return;
            }

            _marks.Add((End, timeNs));
        }

        public void Append(Piece later)
        {
            Write(later.Bytes);
            _marks.AddRange(later._marks);
            if (_marks.Count > MaxMarks)
            {
                _marks.RemoveRange(MaxMarks - 1, _marks.Count - MaxMarks);
            }
        }

        public void Consume(int bytes)
        {
            _offset += bytes;
            _length -= bytes;
            Start += (ulong)bytes;
            var passed = 0;
            while (passed < _marks.Count && _marks[passed].End <= Start)
            {
                passed++;
            }

            _marks.RemoveRange(0, passed);
        }

        public ReadOnlySpan<byte> FirstChunk(out long timeNs)
        {
            (var end, timeNs) = _marks[0];
            return _array.AsSpan(_offset, (int)(end - Start));
        }

        public long TimeAt(ulong position)
        {
            foreach (var (end, timeNs) in _marks)
            {
                if (position < end)
                {
                    return timeNs;
                }
            }

            return _marks[^1].TimeNs;
        }

        public void Release()
        {
            if (_array.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_array);
                _array = [];
            }

            (_offset, _length) = (0, 0);
        }

        private void Write(ReadOnlySpan<byte> bytes)
        {
            if (_array.Length - _offset - _length < bytes.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent(Math.Max(1024, Math.Max(2 * _length, _length + bytes.Length)));
                Bytes.CopyTo(larger);
                if (_array.Length > 0)
                {
                    ArrayPool<byte>.Shared.Return(_array);
                }

                (_array, _offset) = (larger, 0);
            }

            bytes.CopyTo(_array.AsSpan(_offset + _length));
            _length += bytes.Length;
        }
    }
}
