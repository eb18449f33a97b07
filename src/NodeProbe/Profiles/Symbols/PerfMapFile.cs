using System.Buffers.Text;

namespace PixieOrleans.NodeProbe.Profiles.Symbols;

/// <summary>Functions that a runtime tells of, up to a bound.</summary>
/// <param name="Functions">Those within the bound.</param>
/// <param name="LeftOut">Those beyond it that were seen, and 1 for what was not read.</param>
internal readonly record struct BoundedFunctions(FunctionTable Functions, long LeftOut)
{
    /// <summary>Knows none.</summary>
    public static BoundedFunctions None { get; } = new(FunctionTable.Empty, 0);
}

/// <summary>Reads a perf map: functions that a runtime compiled.</summary>
/// <remarks>
/// A line: start and size in hex, then the name. Later lines win: code is thrown away and its place used again. Source:
/// tools/perf/Documentation/jit-interface.txt.
/// </remarks>
internal static class PerfMapFile
{
    /// <summary>Bytes of a file that are read, and bytes that its functions may take.</summary>
    public const int MaxBytes = 64 << 20;

    private const int MaxLineBytes = 64 << 10;

    /// <summary>Reads a file, which is another process' own; a link, and what has no length, is not opened.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static BoundedFunctions Read(string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is not null || !file.Exists || file.Length == 0)
        {
            throw new IOException($"{path} is missing, empty, or no file");
        }

        using var stream = file.OpenRead();
        return Parse(stream);
    }

    /// <summary>The functions that lines tell of.</summary>
    public static BoundedFunctions Parse(Stream stream, int maxBytes = MaxBytes)
    {
        var functions = new Collector(maxBytes);
        var buffer = new byte[Math.Min(MaxLineBytes, maxBytes)];
        var (filled, rest) = (0, maxBytes);
        for (int count; (count = stream.Read(buffer, filled, Math.Min(buffer.Length - filled, rest))) > 0;)
        {
            (filled, rest) = (filled + count, rest - count);
            var used = functions.AddLines(buffer.AsSpan(0, filled));
            if (used == 0 && filled == buffer.Length)
            {
                used = functions.SkipLine(filled);
            }

            buffer.AsSpan(used, filled - used).CopyTo(buffer);
            filled -= used;
        }

        if (rest == 0 && stream.ReadByte() >= 0)
        {
            functions.LeftOut++; // the line that the bound cuts, and all behind it
        }
        else
        {
            functions.Add(buffer.AsSpan(0, filled));
        }

        return new BoundedFunctions(functions.Table.Build(), functions.LeftOut);
    }

    private sealed class Collector(int maxBytes)
    {
        private bool _isSkipping; // a line that is longer than any name

        public FunctionTable.Builder Table { get; } = new();

        public long LeftOut { get; set; }

        /// <summary>Adds the whole lines of a text; returns their bytes.</summary>
        public int AddLines(ReadOnlySpan<byte> text)
        {
            var used = 0;
            while (text[used..].IndexOf((byte)'\n') is >= 0 and var end)
            {
                Add(text.Slice(used, end));
                _isSkipping = false;
                used += end + 1;
            }

            return used;
        }

        public int SkipLine(int bytes)
        {
            LeftOut += _isSkipping ? 0 : 1;
            _isSkipping = true;
            return bytes;
        }

        public void Add(ReadOnlySpan<byte> line)
        {
            if (_isSkipping || !TryTake(ref line, out var start) || !TryTake(ref line, out var size) || line.IsEmpty)
            {
                return;
            }

            if (Table.Bytes >= maxBytes)
            {
                LeftOut++;
                return;
            }

            Table.Add(start, size, rank: Table.Count, line);
        }

        private static bool TryTake(ref ReadOnlySpan<byte> line, out ulong number)
        {
            var digits = line.StartsWith("0x"u8) ? line[2..] : line;
            if (!Utf8Parser.TryParse(digits, out number, out var used, 'x') || used >= digits.Length
                || digits[used] != (byte)' ')
            {
                return false;
            }

            line = digits[(used + 1)..];
            return true;
        }
    }
}
