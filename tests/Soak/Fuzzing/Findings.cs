using System.Security.Cryptography;
using System.Text;
using PixieOrleans.TestKit.Fuzzing;

namespace PixieOrleans.Soak.Fuzzing;

/// <summary>Writes cases that fail as files, and ends the process when a case does not end.</summary>
internal sealed class Findings : IDisposable
{
    private const int ExitHang = 3;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10); // of a case that takes microseconds
    private readonly string _folder;
    private readonly Timer _watchdog;
    private volatile SessionCase? _running;
    private SessionCase? _seenBefore;

    public Findings(string folder)
    {
        Directory.CreateDirectory(_folder = folder);
        _watchdog = new Timer(_ => Look(), null, Deadline, Deadline);
    }

    public void Begin(SessionCase fuzzed) => _running = fuzzed;

    public void End() => _running = null;

    /// <summary>Writes a case; the file replays as a fixture of Protocols.Tests.</summary>
    public void Write(SessionCase failing, string why)
    {
        var text = failing.Format(why);
        var steps = Encoding.UTF8.GetBytes(failing.Format(""));
        var hash = Convert.ToHexStringLower(SHA256.HashData(steps)[..6]);
        var file = Path.Combine(_folder, $"{failing.Protocol.ToString().ToLowerInvariant()}-{hash}.txt");
        File.WriteAllText(file, text);
        Console.WriteLine($"{file}: {why.Split('\n')[0]}");
    }

    public void Dispose() => _watchdog.Dispose();

    private void Look()
    {
        var running = _running;
        if (running is not null && ReferenceEquals(running, _seenBefore))
        {
            Write(running, $"ran longer than {Deadline.TotalSeconds} s");
            Environment.Exit(ExitHang); // nothing else ends the thread
        }

        _seenBefore = running;
    }
}
