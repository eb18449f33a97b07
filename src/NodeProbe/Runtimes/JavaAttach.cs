using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using PixieOrleans.NodeProbe.Profiles.Symbols;

namespace PixieOrleans.NodeProbe.Runtimes;

/// <summary>
/// Asks a Java virtual machine (HotSpot 17 or later) for its perf map. It starts its listener for that, if it has none
/// yet, and writes a file, which is deleted when it was read.
/// </summary>
/// <remarks>
/// A file .attach_pidPID in /tmp, then SIGQUIT: the machine opens the socket /tmp/.java_pidPID. Request: version "1",
/// command, three arguments, each ended by a zero byte; the answer is "0", a line break, and text. PID is the process'
/// own. Source: jdk src/hotspot/os/posix/attachListener_posix.cpp, services/diagnosticCommand.cpp.
/// </remarks>
internal sealed partial class JavaAttach
{
    private const int QuitSignal = 3;
    private const int TimeoutMs = 5_000;
    private const int LookMs = 20;
    private const string Library = "/libjvm.so";

    private readonly uint _processId;
    private readonly string _folder;
    private readonly string _innerId;

    private JavaAttach(uint processId)
    {
        _processId = processId;
        _folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/root/tmp");
        _innerId = ProcessFiles.InnerIdOf(processId);
    }

    private static ReadOnlySpan<byte> Request => "1\0jcmd\0Compiler.perfmap\0\0\0"u8;

    private string MapPath => $"{_folder}/perf-{_innerId}.map";

    private string SocketPath => $"{_folder}/.java_pid{_innerId}";

    /// <summary>The machine of a process; null when it is none, or has a map of its own.</summary>
    /// <exception cref="IOException">The process is gone.</exception>
    public static JavaAttach? Find(uint processId)
    {
        var maps = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/maps");
        if (!File.ReadLines(maps).Any(line => line.EndsWith(Library, StringComparison.Ordinal)))
        {
            return null;
        }

        var attach = new JavaAttach(processId);
        return File.Exists(attach.MapPath) ? null : attach;
    }

    /// <summary>Lines of the map.</summary>
    /// <exception cref="IOException">The machine does not listen, or refuses.</exception>
    public string[] ReadPerfMap()
    {
        if (!File.Exists(SocketPath))
        {
            StartListener();
        }

        try
        {
            Ask();
            return File.ReadAllLines(MapPath);
        }
        finally
        {
            File.Delete(MapPath);
        }
    }

    private void Ask()
    {
        using var socket = DiagnosticsPort.Connect(SocketPath, _processId, TimeoutMs);
        socket.Send(Request);
        var answer = new byte[256];
        var count = socket.Receive(answer);
        if (count == 0 || answer[0] != (byte)'0')
        {
            throw new IOException($"the Java virtual machine {_processId} refuses Compiler.perfmap (needs Java 17)");
        }

        while (socket.Receive(answer) > 0)
        {
        }
    }

    private void StartListener()
    {
        if (!CatchesQuit())
        {
            throw new IOException($"the Java virtual machine {_processId} does not take signals (-Xrs)");
        }

        var mark = $"{_folder}/.attach_pid{_innerId}";
        File.Delete(mark); // of an earlier attempt
        new FileStream(mark, FileMode.CreateNew).Dispose(); // not through a link: the folder is the process'
        try
        {
            if (Kill((int)_processId, QuitSignal) != 0)
            {
                throw new IOException($"kill {_processId}: {new Win32Exception().Message}");
            }

            for (var waited = 0; !File.Exists(SocketPath); waited += LookMs)
            {
                if (waited >= TimeoutMs)
                {
                    throw new IOException($"the Java virtual machine {_processId} does not start its listener");
                }

                Thread.Sleep(LookMs);
            }
        }
        finally
        {
            File.Delete(mark);
        }
    }

    // To a process that does not, the signal is the end.
    private bool CatchesQuit()
    {
        const string Field = "SigCgt:";
        var line = File.ReadLines($"/proc/{_processId}/status")
            .FirstOrDefault(l => l.StartsWith(Field, StringComparison.Ordinal));
        var digits = (line ?? Field).AsSpan(Field.Length).Trim();
        return ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var caught)
            && (caught & (1UL << (QuitSignal - 1))) != 0;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}
