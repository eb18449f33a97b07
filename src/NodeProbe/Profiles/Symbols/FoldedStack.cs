namespace PixieOrleans.NodeProbe.Profiles.Symbols;

/// <summary>
/// A stack as text: frames from the root on, with semicolons between them; "[k] " before those of the kernel.
/// </summary>
internal sealed class FoldedStack
{
    /// <summary>Longest text; frames beyond are left out, at the leaf.</summary>
    public const int MaxBytes = 32 << 10;

    private readonly byte[] _text = new byte[MaxBytes];
    private int _length;

    private static ReadOnlySpan<byte> KernelMark => "[k] "u8;

    /// <summary>The text so far.</summary>
    public ReadOnlySpan<byte> Text => _text.AsSpan(0, _length);

    /// <summary>Starts a new text.</summary>
    public void Clear() => _length = 0;

    /// <summary>A frame of the process.</summary>
    public void Append(ReadOnlySpan<byte> frame) => Append([], frame);

    /// <summary>A frame of the kernel.</summary>
    public void AppendKernel(ReadOnlySpan<byte> frame) => Append(KernelMark, frame);

    private void Append(ReadOnlySpan<byte> mark, ReadOnlySpan<byte> frame)
    {
        if (_length + 1 + mark.Length + frame.Length > MaxBytes)
        {
            return;
        }

        if (_length > 0)
        {
            _text[_length++] = (byte)';';
        }

        mark.CopyTo(_text.AsSpan(_length));
        _length += mark.Length;
        frame.CopyTo(_text.AsSpan(_length));
        _length += frame.Length;
    }
}
