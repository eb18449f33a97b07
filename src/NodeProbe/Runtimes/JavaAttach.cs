using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using PixieOrleans.NodeProbe.Profiles.Symbols;

namespace PixieOrleans.NodeProbe.Runtimes;

/// <summary>
/// Asks a Java virtual machine (HotSpot 17 or later) for its perf map. It starts its listener for that, if it has none
/// yet, and writes a file, which is deleted when it was read. The caller waits up to <see cref="Deadline"/>.
/// </summary>
/// <remarks>
/// A file .attach_pidPID in /tmp, then SIGQUIT: the machine opens the socket /tmp/.java_pidPID. Request: version "1",
/// command, three arguments, each ended by a zero byte; the answer is "0", a line break, and text. PID is the process'
/// own. Source: jdk src/hotspot/os/posix/attachListener_posix.cpp, services/diagnosticCommand.cpp.
/// </remarks>
internal sealed partial class JavaAttach
{
    private const int QuitSignal = 3;
    private const int MaxAnswerBytes = 64 << 10;
    private const string Library = "/libjvm.so";

    private readonly uint _processId;
    private readonly string _folder;
    private readonly string _innerId;
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    private JavaAttach(uint processId)
    {
        _processId = processId;
        _folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/root/tmp");
        _innerId = ProcessFiles.InnerIdOf(processId);
    }

    /// <summary>Longest time of an attach, from start to the machine's last word.</summary>
    public static TimeSpan Deadline { get; } = TimeSpan.FromSeconds(5);

    private static ReadOnlySpan<byte> Request => "1\0jcmd\0Compiler.perfmap\0\0\0"u8;

    private string MapPath => $"{_folder}/perf-{_innerId}.map";

    private string SocketName => $".java_pid{_innerId}";

    private string SocketPath => $"{_folder}/{SocketName}";

    /// <summary>The functions of a process' machine; none when it is no Java, or has a map of its own.</summary>
    /// <exception cref="IOException">The process is gone; the machine does not listen in time, or refuses.</exception>
    /// <exception cref="SocketException">The machine does not answer in time.</exception>
    public static BoundedFunctions ReadFunctions(uint processId)
    {
        var maps = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/maps");
        if (!File.ReadLines(maps).Any(line => line.EndsWith(Library, StringComparison.Ordinal)))
        {
            return BoundedFunctions.None;
        }

        var attach = new JavaAttach(processId);
        return File.Exists(attach.MapPath) ? BoundedFunctions.None : attach.Read();
    }

    private BoundedFunctions Read()
    {
        if (!File.Exists(SocketPath))
        {
            StartListener();
        }

        try
        {
            Ask();
            return PerfMapFile.Read(MapPath);
        }
        finally
        {
            File.Delete(MapPath);
        }
    }

    private void Ask()
    {
        using var socket = DiagnosticsPort.Connect(SocketPath, _processId, RestMs());
        socket.Send(Request);
        var (first, bytes) = ((byte)0, 0);
        var answer = new byte[256];
        for (int count; (count = Receive(socket, answer)) > 0; bytes += count)
        {
            first = bytes == 0 ? answer[0] : first;
            if (bytes > MaxAnswerBytes)
            {
                throw new InvalidDataException($"the Java virtual machine {_processId} does not end its answer");
            }
        }

        if (first != (byte)'0')
        {
            throw new IOException($"the Java virtual machine {_processId} refuses Compiler.perfmap (needs Java 17)");
        }
    }

    private int Receive(Socket socket, byte[] answer)
    {
        socket.ReceiveTimeout = RestMs();
        return socket.Receive(answer);
    }

    private void StartListener()
    {
        if (!CatchesQuit())
        {
            throw new IOException($"the Java virtual machine {_processId} does not take signals (-Xrs)");
        }

        using var isThere = new ManualResetEventSlim();
        using var watcher = new FileSystemWatcher(_folder, SocketName) { NotifyFilter = NotifyFilters.FileName };
        watcher.Created += (_, _) => isThere.Set();
        watcher.Renamed += (_, _) => isThere.Set(); // it is bound under another name first
        watcher.EnableRaisingEvents = true;
        var mark = $"{_folder}/.attach_pid{_innerId}";
        File.Delete(mark); // of an earlier attempt
        new FileStream(mark, FileMode.CreateNew).Dispose(); // not through a link: the folder is the process'
        try
        {
            if (Kill((int)_processId, QuitSignal) != 0)
            {
                throw new IOException($"kill {_processId}: {new Win32Exception().Message}");
            }

            if (!isThere.Wait(RestMs()))
            {
                throw new IOException($"the Java virtual machine {_processId} does not start its listener");
            }
        }
        finally
        {
            File.Delete(mark);
        }
    }

    private int RestMs() => (int)Math.Max(1, (Deadline - _watch.Elapsed).TotalMilliseconds);

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
