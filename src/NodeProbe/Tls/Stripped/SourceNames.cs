using System.Text;
using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Tls.Stripped;

/// <summary>Names of source files among the constants of a program.</summary>
internal static class SourceNames
{
    private const int WindowBytes = 1 << 20;
    private const int MaxNameBytes = 1024; // with folders
    private const int MaxFound = 16;

    /// <summary>Addresses of the texts that end in one of some names.</summary>
    public static List<(string Name, ulong Address)> Find(ElfFile file, IReadOnlyList<string> names)
    {
        var found = new List<(string Name, ulong Address)>();
        if (file.FindSection(".rodata") is not { HasBytes: true } constants)
        {
            return found;
        }

        var ends = names.Select(name => Encoding.ASCII.GetBytes(name + '\0')).ToArray();
        var window = new byte[WindowBytes];
        var bytes = Math.Min(constants.Bytes, (ulong)file.Bytes.Length);
        for (var done = 0UL; done < bytes; done += WindowBytes - MaxNameBytes)
        {
            var wanted = (int)Math.Min(WindowBytes, bytes - done);
            var text = window.AsSpan(0, file.Bytes.Read(constants.Offset + done, window.AsSpan(0, wanted)));
            for (var i = 0; i < ends.Length; i++)
            {
                foreach (var at in StartsOf(text, ends[i], isBeginning: done == 0))
                {
                    var name = (names[i], constants.Address + done + (ulong)at);
                    if (found.Count < MaxFound && !found.Contains(name))
                    {
                        found.Add(name);
                    }
                }
            }
        }

        return found;
    }

    private static List<int> StartsOf(ReadOnlySpan<byte> text, ReadOnlySpan<byte> end, bool isBeginning)
    {
        var starts = new List<int>();
        for (var from = 0; text[from..].IndexOf(end) is >= 0 and var next; from += next + 1)
        {
            // Behind the zero of another text, or a table of jumps.
            var start = text[..(from + next)].LastIndexOfAnyExceptInRange((byte)' ', (byte)'~') + 1;
            if ((start > 0 || isBeginning) && from + next - start < MaxNameBytes)
            {
                starts.Add(start);
            }
        }

        return starts;
    }
}
