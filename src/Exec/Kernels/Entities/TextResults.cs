using System.Text;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Kernels.Entities;

/// <summary>Distinct results as a dictionary that grows; columns made before keep seeing what they saw.</summary>
/// <remarks>
/// The dictionary's arrays are longer than what is in view, and only the part beyond is written: a new result costs
/// its bytes, not a copy of the dictionary.
/// </remarks>
internal sealed class TextResults(int maxBytes)
{
    private readonly Dictionary<string, int> _codes = new(StringComparer.Ordinal);
    private int[] _offsets = new int[16];
    private byte[] _arena = [];
    private ArenaStringColumn? _column;

    /// <summary>The results so far; the same object until there is a new one.</summary>
    public ArenaStringColumn Column => _column ??= new ArenaStringColumn(
        _offsets.AsMemory(0, _codes.Count + 1), _arena.AsMemory(0, _offsets[_codes.Count]));

    /// <summary>The position of a result in the dictionary.</summary>
    /// <exception cref="QueryLimitException">The results take more than their bound.</exception>
    public int Add(string text)
    {
        if (_codes.TryGetValue(text, out var code))
        {
            return code;
        }

        code = _codes.Count;
        var start = _offsets[code];
        var length = Encoding.UTF8.GetByteCount(text);
        Reserve(code, start, length);
        Encoding.UTF8.GetBytes(text, _arena.AsSpan(start));
        _offsets[code + 1] = start + length;
        _codes.Add(text, code);
        _column = null;
        return code;
    }

    private void Reserve(int code, int start, int length)
    {
        if (length > maxBytes - start)
        {
            throw new QueryLimitException(
                $"The distinct results of a function need more than MaxStringColumnBytes = {maxBytes} bytes.");
        }

        if (code + 2 > _offsets.Length)
        {
            Array.Resize(ref _offsets, 2 * _offsets.Length);
        }

        if (start + length > _arena.Length)
        {
            Array.Resize(ref _arena, (int)Math.Clamp(2L * (start + length), 256, Array.MaxLength));
        }
    }
}
