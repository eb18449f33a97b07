using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Streams;

namespace PixieOrleans.Protocols.Text;

/// <summary>
/// Text of one cell, built piece by piece up to a limit; what is beyond is not kept, and the cell ends with
/// "... [TRUNCATED]" then. Used again for the next cell; holds rented memory until <see cref="Release"/>.
/// </summary>
internal sealed class CellText : IBufferWriter<byte>
{
    private const int MinSpanBytes = 256;
    private readonly int _limit;
    private PooledBuffer _bytes;
    private bool _cut; // something was left out

    /// <summary>No text.</summary>
    /// <param name="limitBytes">Bytes that are kept.</param>
    public CellText(int limitBytes) => _limit = limitBytes;

    /// <summary>True when something was left out.</summary>
    public bool IsCut => _cut || _bytes.Length > _limit;

    /// <summary>True when nothing is kept.</summary>
    public bool IsEmpty => _bytes.Length == 0;

    /// <summary>Bytes of memory held.</summary>
    public int RetainedBytes => _bytes.Capacity;

    /// <summary>What is kept, without the mark.</summary>
    public ReadOnlySpan<byte> Value => _bytes.Span[..Math.Min(_bytes.Length, _limit)];

    /// <summary>Room below the limit, in bytes.</summary>
    public int Room => Math.Max(0, _limit - _bytes.Length);

    /// <summary>Begins a new text.</summary>
    public void Clear()
    {
        _bytes.Clear();
        _cut = false;
    }

    /// <summary>Gives the memory back.</summary>
    public void Release()
    {
        _bytes.Release();
        _cut = false;
    }

    /// <summary>Appends UTF-8.</summary>
    public void Append(ReadOnlySpan<byte> utf8)
    {
        var room = Room;
        if (utf8.Length > room)
        {
            utf8 = utf8[..room];
            _cut = true;
        }

        _bytes.Append(utf8);
    }

    /// <summary>Appends a number in decimal digits.</summary>
    public void Append(long value)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out var written);
        Append(digits[..written]);
    }

    /// <summary>Appends bytes that a peer calls text; what is not UTF-8 becomes U+FFFD.</summary>
    public void AppendText(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Room)
        {
            bytes = bytes[..Room];
            _cut = true;
        }

        while (!bytes.IsEmpty && Room > 0)
        {
            if (Utf8.IsValid(bytes))
            {
                Append(bytes);
                return;
            }

            var status = Rune.DecodeFromUtf8(bytes, out _, out var consumed);
            Append(status == OperationStatus.Done ? bytes[..consumed] : "\uFFFD"u8);
            bytes = bytes[Math.Max(1, consumed)..];
        }

        _cut |= !bytes.IsEmpty;
    }

    /// <summary>Appends a JSON string, quotes included.</summary>
    public void AppendJsonString(ReadOnlySpan<byte> bytes)
    {
        Append("\""u8);
        var room = Room;
        if (bytes.Length > room)
        {
            bytes = bytes[..room];
            _cut = true;
        }

        JsonText.WriteEscaped(bytes, ref _bytes);
        Append("\""u8);
    }

    /// <summary>Says that more belongs to the text and was not seen.</summary>
    public void MarkCut() => _cut = true;

    /// <summary>Writes the cell, with the mark when something was left out, and counts that.</summary>
    public void WriteTo(IRowWriter rows, SessionCounters counters) => rows.WriteString(Finish(counters));

    /// <summary>As <see cref="WriteTo"/> of a text that is JSON: it stays JSON, the mark is inside.</summary>
    public void WriteJsonTo(IRowWriter rows, SessionCounters counters) => rows.WriteString(FinishJson(counters));

    /// <summary>The whole cell, with the mark when something was left out, which is counted. No more is appended.
    /// </summary>
    public ReadOnlySpan<byte> Finish(SessionCounters counters)
    {
        if (IsCut)
        {
            counters.TruncatedValues++;
            _bytes.Truncate(Utf8Text.WholeCharacters(Value));
            _bytes.Append(Utf8Text.TruncatedMark);
        }

        return _bytes.Span;
    }

    /// <summary>As <see cref="Finish"/> of a text that is JSON: it stays JSON, the mark is inside.</summary>
    public ReadOnlySpan<byte> FinishJson(SessionCounters counters)
    {
        if (IsCut)
        {
            counters.TruncatedValues++;
            _bytes.Truncate(_limit);
            JsonCut.Close(ref _bytes);
        }

        return _bytes.Span;
    }

    /// <inheritdoc/>
    public void Advance(int count) => _bytes.Advance(count);

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0) => _bytes.GetMemory(Math.Max(sizeHint, MinSpanBytes));

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => _bytes.GetSpan(Math.Max(sizeHint, MinSpanBytes));
}
