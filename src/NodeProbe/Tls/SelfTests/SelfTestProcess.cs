using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace PixieOrleans.NodeProbe.Tls.SelfTests;

/// <summary>The program of src/TlsSelfTest at work on a library; ended when this is disposed.</summary>
internal sealed class SelfTestProcess : IDisposable
{
    private const int MaxLineBytes = 2048; // it sends no longer ones
    private const int MaxComplaintBytes = 300;
    private const int EndMs = 10_000; // to be gone after SIGKILL
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "PixieOrleans.TlsSelfTest.dll");

    // The host of the runtime that this process uses: …/dotnet, of …/dotnet/shared/Microsoft.NETCore.App/VERSION/.
    private static readonly string Host =
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));

    private readonly Process _process;
    private readonly Stream _output;
    private readonly byte[] _buffer = new byte[MaxLineBytes];
    private int _filled;

    private SelfTestProcess(Process process) =>
        (_process, _output, Id) = (process, process.StandardOutput.BaseStream, (uint)process.Id);

    /// <summary>Process id.</summary>
    public uint Id { get; }

    /// <summary>Starts it; it says "ready" before it loads anything.</summary>
    /// <param name="exchange">What to do with the library.</param>
    /// <param name="files">Files to load, each after those that it needs.</param>
    /// <exception cref="IOException">The program is not there, or does not start.</exception>
    public static SelfTestProcess Start(KnownExchange exchange, IEnumerable<TestedFile> files)
    {
        if (new[] { Host, Program }.FirstOrDefault(path => !File.Exists(path)) is { } missing)
        {
            throw new IOException($"{missing} is missing.");
        }

        var start = new ProcessStartInfo(Host, [Program, $"{exchange}", .. files.Select(f => f.OpenPath)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true, // of its runtime only: it lets go of it before it loads the library
            WorkingDirectory = "/",
        };
        start.Environment.Clear();
        start.Environment["DOTNET_EnableDiagnostics"] = "0"; // no port that others, or this node, would find
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0"; // starts faster
        try
        {
            return new SelfTestProcess(Process.Start(start)!);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new IOException($"{Host} does not start: {e.Message}.", e);
        }
    }

    /// <summary>Reads its next line, which is null when it has ended; false when none came in time.</summary>
    /// <exception cref="IOException">The line is too long.</exception>
    public bool TryReadLine(TimeSpan patience, out string? line)
    {
        line = null;
        var deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (true)
        {
            if (Array.IndexOf(_buffer, (byte)'\n', 0, _filled) is >= 0 and var end)
            {
                line = Encoding.UTF8.GetString(_buffer, 0, end);
                Array.Copy(_buffer, end + 1, _buffer, 0, _filled -= end + 1);
                return true;
            }

            if (_filled == _buffer.Length)
            {
                throw new IOException($"its process sent more than {MaxLineBytes} bytes without a line break.");
            }

            var read = _output.ReadAsync(_buffer.AsMemory(_filled)).AsTask();
            if (!read.Wait((int)Math.Max(0, deadline - Environment.TickCount64)))
            {
                return false;
            }

            if (read.Result == 0)
            {
                return true;
            }

            _filled += read.Result;
        }
    }

    /// <summary>Answers its line: it goes on. Nothing happens when it has ended.</summary>
    public void GoOn()
    {
        try
        {
            _process.StandardInput.BaseStream.WriteByte(0);
            _process.StandardInput.BaseStream.Flush();
        }
        catch (IOException)
        {
            // the next line is its end
        }
    }

    /// <summary>
    /// How it ended, such as "code 134" (128 and the number of a signal), and what its runtime complained of.
    /// </summary>
    public string WaitForEnd()
    {
        if (!_process.WaitForExit(EndMs))
        {
            return "no code yet";
        }

        var complaint = new byte[MaxComplaintBytes];
        var count = _process.StandardError.BaseStream.ReadAtLeast(complaint, MaxComplaintBytes, false);
        var text = Encoding.UTF8.GetString(complaint, 0, count).ReplaceLineEndings(" ").Trim();
        return text.Length == 0 ? $"code {_process.ExitCode}" : $"code {_process.ExitCode} ({text})";
    }

    /// <summary>Ends it; by any thread.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // it has ended
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Kill();
        WaitForEnd();
        _process.Dispose();
    }
}
