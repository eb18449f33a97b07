namespace PixieOrleans.Replay.Captures;

/// <summary>Bytes of a capture in order, in records of bounded length.</summary>
/// <remarks>The buffer grows with the bytes that are there, never with a length that a file claims.</remarks>
internal sealed class CaptureInput(Stream stream)
{
    /// <summary>Longest record that is read as one; of no capture that tools write.</summary>
    public const int MaxRecordBytes = 16 << 20;

    private const int ChunkBytes = 256 << 10;

    private byte[] _buffer = new byte[ChunkBytes];
    private int _start;
    private int _end;

    /// <summary>Bytes taken so far.</summary>
    public long Position { get; private set; }

    /// <summary>The next bytes without taking them; fewer at the end of the file.</summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxRecordBytes);
        while (_end - _start < count && Fill())
        {
        }

        return _buffer.AsSpan(_start, Math.Min(count, _end - _start));
    }

    /// <summary>Takes the next bytes, valid until the next call; false at the end of the file.</summary>
    public bool TryTake(int count, out ReadOnlySpan<byte> bytes)
    {
        bytes = Peek(count);
        if (bytes.Length < count)
        {
            return false;
        }

        Skip(bytes.Length);
        return true;
    }

    /// <summary>Passes over bytes, however many; false at the end of the file.</summary>
    public bool TrySkip(long count)
    {
        while (count > 0)
        {
            var here = (int)Math.Min(count, _end - _start);
            Skip(here);
            count -= here;
            if (count > 0 && !Fill())
            {
                return false;
            }
        }

        return true;
    }

    private void Skip(int count)
    {
        _start += count;
        Position += count;
    }

    private bool Fill()
    {
        if (_start == _end)
        {
            (_start, _end) = (0, 0);
        }
        else if (_end == _buffer.Length && _start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }

        try
        {
            var read = stream.Read(_buffer, _end, _buffer.Length - _end);
            _end += read;
            return read > 0;
        }
        catch (InvalidDataException) // of a compressed file that was cut or damaged: what came before counts
        {
            return false;
        }
    }
}
