namespace PixieOrleans.NodeProbe.Elf;

/// <summary>Reads here and there in a range of a file and holds no more than a window of it.</summary>
/// <param name="bytes">The file; borrowed.</param>
/// <param name="start">Where the range begins in it.</param>
/// <param name="length">Bytes of the range; a range that the file lacks reads as less.</param>
/// <param name="maxBytes">Bytes held at most: all of the range, or a window; a call gives up to 3/4 of it.</param>
internal sealed class ElfWindow(ElfBytes bytes, ulong start, ulong length, int maxBytes)
{
    private byte[] _held = [];
    private ulong _at; // of the held bytes, in the range
    private int _filled;

    /// <summary>Most bytes that a call gives.</summary>
    public int MaxCount => length <= (ulong)maxBytes ? (int)length : maxBytes - (maxBytes / 4);

    /// <summary>Some bytes, fewer at the end of the range; they are valid until the next call.</summary>
    public ReadOnlySpan<byte> Read(ulong offset, int count)
    {
        if (offset >= length)
        {
            return [];
        }

        count = (int)Math.Min((ulong)Math.Min(count, MaxCount), length - offset);
        if (offset < _at || offset - _at + (ulong)count > (ulong)_filled)
        {
            Move(offset);
        }

        var from = (int)Math.Min(offset - _at, (ulong)_filled);
        return _held.AsSpan(from, Math.Min(count, _filled - from));
    }

    // A quarter behind the place: who reads on goes back a little at times.
    private void Move(ulong offset)
    {
        if (_held.Length == 0)
        {
            _held = new byte[Math.Min(length, (ulong)maxBytes)];
        }

        _at = (ulong)_held.Length == length ? 0 : offset - Math.Min(offset, (ulong)(_held.Length / 4));
        var count = (int)Math.Min((ulong)_held.Length, length - _at);
        _filled = bytes.Read(start + _at, _held.AsSpan(0, count));
    }
}
