using System.Text;

namespace PixieOrleans.TlsSelfTest;

/// <summary>Lines to the silo, each of which it answers by a byte.</summary>
internal static unsafe class Dialogue
{
    private const int Input = 0;
    private const int Output = 1;
    private const int MaxLineBytes = 1024; // the silo reads no longer ones

    /// <summary>Sends a line and waits until the silo lets go on; ends the process when there is no silo.</summary>
    public static void Tell(string line)
    {
        Send(line);
        byte answer;
        if (LibC.Read(Input, &answer, 1) != 1)
        {
            LibC.Exit(1);
        }
    }

    /// <summary>Sends the last line, and ends the process without running what the library left to be run.</summary>
    public static void End(string line)
    {
        Send(line);
        LibC.Exit(line == "done" ? 0 : 1);
    }

    private static void Send(string line)
    {
        Span<byte> bytes = stackalloc byte[MaxLineBytes];
        Encoding.UTF8.TryGetBytes(line.AsSpan(0, Math.Min(line.Length, MaxLineBytes / 4)), bytes, out var count);
        bytes[count] = (byte)'\n';
        fixed (byte* first = bytes)
        {
            if (LibC.Write(Output, first, (nuint)count + 1) != count + 1)
            {
                LibC.Exit(1);
            }
        }
    }
}
