using System.Diagnostics;
using System.Globalization;

namespace PixieOrleans.TestKit.Servers;

/// <summary>A process of a test: its last lines of output are kept, it ends with the test.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private const int MaxKeptLines = 500;
    private const double TicksPerSecond = 100; // USER_HZ of every Linux that .NET runs on
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly Queue<string> _lines = [];

    private ChildProcess(Process process) => _process = process;

    /// <summary>Process id.</summary>
    public int Id => _process.Id;

    /// <summary>True when the process is gone.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Exit code; only after the end.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>The last lines of stdout and stderr.</summary>
    public string Output
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>Resident bytes, from /proc.</summary>
    public long ResidentBytes =>
        File.ReadLines($"/proc/{Id}/status")
            .Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Select(line => long.Parse(line.Split(':')[1].Replace("kB", "", StringComparison.Ordinal).Trim(),
                CultureInfo.InvariantCulture) * 1024)
            .First();

    /// <summary>User and system time so far of the process and its living children (workers), from /proc.</summary>
    public TimeSpan CpuTime => File.ReadAllText($"/proc/{Id}/task/{Id}/children")
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Aggregate(CpuTimeOf($"{Id}"), (sum, child) => sum + CpuTimeOf(child));

    /// <summary>Starts a program.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">Its working folder.</param>
    /// <param name="withInput">Its input comes from <see cref="WriteLineAsync"/>.</param>
    public static ChildProcess Start(
        string program, IEnumerable<string> arguments, string? folder = null, bool withInput = false)
    {
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = withInput,
                WorkingDirectory = folder ?? "",
            },
        };
        var child = new ChildProcess(process);
        process.OutputDataReceived += (_, line) => child.Keep(line.Data);
        process.ErrorDataReceived += (_, line) => child.Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Runs a program to its end; a non-zero exit is an error that shows its output.</summary>
    public static async Task<string> RunAsync(
        string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        await using var child = Start(program, arguments);
        await child.WaitForExitAsync(cancellationToken);
        return child.ExitCode == 0
            ? child.Output
            : throw new InvalidOperationException($"{program} ended with {child.ExitCode}: {child.Output}");
    }

    /// <summary>Writes a line to the process' input.</summary>
    public async Task WriteLineAsync(string line, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(line.AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
    }

    /// <summary>Waits for the end of the process and of its output.</summary>
    public Task WaitForExitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    /// <summary>Sends the process a signal, such as "INT".</summary>
    public async Task SignalAsync(string name, CancellationToken cancellationToken)
    {
        using var kill = Process.Start("kill", ["-" + name, Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Asks the process to end (SIGTERM) and returns its exit code.</summary>
    public async Task<int> StopAsync(CancellationToken cancellationToken)
    {
        if (!HasExited)
        {
            await SignalAsync("TERM", cancellationToken);
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(StopDeadline);
        await WaitForExitAsync(deadline.Token);
        return ExitCode;
    }

    /// <summary>Ends the process at once (SIGKILL), as a crash would.</summary>
    public Task KillAsync(CancellationToken cancellationToken)
    {
        _process.Kill(entireProcessTree: true);
        return WaitForExitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!HasExited)
        {
            await KillAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private static TimeSpan CpuTimeOf(string id)
    {
        var stat = File.ReadAllText($"/proc/{id}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' '); // the name may hold blanks
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture)
            + long.Parse(fields[12], CultureInfo.InvariantCulture);
        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lines)
        {
            _lines.Enqueue(line);
            if (_lines.Count > MaxKeptLines)
            {
                _lines.Dequeue();
            }
        }
    }
}
