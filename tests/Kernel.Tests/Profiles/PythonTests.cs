using System.Text.RegularExpressions;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Kernel.Tests.Profiles;

/// <summary>
/// Functions of Python in samples: of the installed interpreter, and of those in the folders that PXO_PYTHONS lists
/// (with colons), each the root of a Debian release.
/// </summary>
public sealed class PythonTests : IDisposable
{
    // Each round: 30 ms in one function, 10 ms in the other, by the CPU time of the thread; beside another thread. The
    // key of sorted is called by C, which the interpreter calls.
    private const string Program = """
        import threading, time

        class Shares:
            def run(self):
                while True:
                    self.heavy()
                    light()

            def heavy(self):
                end = time.thread_time() + 0.03
                while time.thread_time() < end:
                    sorted(range(1000), key=by_key)

        def by_key(x):
            y = 0
            for i in range(5):
                y += i * x
            return y

        def light():
            end = time.thread_time() + 0.01
            while time.thread_time() < end:
                sum(x * x for x in range(1000))

        def ändern():
            while True:
                sum(x * x for x in range(1000))

        threading.Thread(target=ändern, daemon=True).start()
        Shares().run()
        """;

    // What runs is mostly in the loops: a call's first and last instructions are the caller's here, but not for perf.
    private const string Loops = """
        import time

        def heavy(end):
            while time.process_time() < end:
                for i in range(3000):
                    y = i * i

        def light(end):
            while time.process_time() < end:
                for i in range(3000):
                    y = i * i

        def by_key(x):
            for i in range(300):
                y = i * x
            return y

        while True:
            start = time.process_time()
            heavy(start + 0.05)
            light(start + 0.06)
            while time.process_time() < start + 0.1:
                sorted(range(20), key=by_key)
        """;

    private const string Installed = "/";
    private const string None = "none"; // a theory without data would count as failed

    private readonly TempFolder _folder = new();
    private readonly List<string> _scripts = []; // their folders, below other roots

    public static TheoryData<string> Roots() => [Installed, .. Others];

    public static TheoryData<string> OtherRoots() => Others.Length > 0 ? [.. Others] : [None];

    private static string[] Others => (Environment.GetEnvironmentVariable("PXO_PYTHONS") ?? "")
        .Split(':', StringSplitOptions.RemoveEmptyEntries);

    [Theory]
    [MemberData(nameof(Roots))]
    public async Task Samples_PythonProgram_HaveItsFunctions(string root)
    {
        await using var program = Start(root, Program);
        using var samples = new ProcessSamples(program.Id);
        await samples.WarmUpAsync(SampleTexts.Has("(shares.py:"));

        await samples.TakeAsync(1500);

        var texts = samples.Texts;
        var heavy = texts.Share(SampleTexts.Has("Shares.heavy (shares.py:9)"));
        var light = texts.Share(SampleTexts.Has("light (shares.py:20)"));
        var other = texts.Share(SampleTexts.Has("ändern (shares.py:25)"));
        Assert.True(heavy + light + other > 0.97, $"{texts}");
        Assert.True(heavy / (heavy + light) is > 0.70 and < 0.80, $"{heavy} and {light}\n{texts}");
        Assert.True(
            texts.Share(SampleTexts.Has("by_key (shares.py:14)")) is var key && key > 0.3 * heavy && key <= heavy,
            $"{texts}");
        Assert.Equal(0, texts.Share(text => Has("ändern", text) && (Has("heavy", text) || Has("light", text))));
        var rooted = texts.Share(
            text => Has("Shares.heavy", text) && text.StartsWith("_start;", StringComparison.Ordinal));
        Assert.True(rooted > 0.9 * heavy, $"{rooted} of {heavy}\n{texts}");
        Assert.All(
            texts.Texts.Where(text => Has("Shares.heavy", text)),
            text => Assert.Contains(
                "<module> (shares.py:1);Shares.run (shares.py:4);Shares.heavy (shares.py:9)", text));
    }

    // Of Debian's builds, which have no frame pointers, perf knows no callers of what Python writes into its map: what
    // is compared is the function of Python that ran.
    [Theory]
    [MemberData(nameof(OtherRoots))]
    public async Task Samples_PythonWithPerfMap_AreAsPerfTells(string root)
    {
        Assert.SkipWhen(root == None, "PXO_PYTHONS names no root: scripts/dev/pythons.sh trixie sid");
        await using var program = Start(root, Loops, "-X", "perf");
        using var samples = new ProcessSamples(program.Id);
        var recording = new PerfRecording(_folder, program.Id, "dwarf,4096");
        await samples.WarmUpAsync(SampleTexts.Has("(shares.py:"));
        var map = $"/tmp/perf-{program.Id}.map";
        try
        {
            await recording.TakeAsync(samples, 2000);
            File.Copy(root + map, map, overwrite: true);
            var own = Innermost(samples.Texts, new Regex(@"(?<=[.;])([^.;]+) \(shares\.py:\d+\)"));
            var perf = Innermost(await recording.ReadAsync(), new Regex(@"py::(?:[^;]*\.)?([^.;]+):[^;]*shares\.py"));

            PerfRecording.AssertAgree(own, perf, "heavy", "light", "by_key");
            Assert.True(own.Share(SampleTexts.Calls("light")) > 0.05, $"{own}");
        }
        finally
        {
            File.Delete(map);
        }
    }

    /// <summary>The samples by the last match in their texts; of none, empty.</summary>
    private static SampleTexts Innermost(SampleTexts texts, Regex function) => new(texts
        .ShareBy(text => function.Matches(text) is [.., var last] ? last.Groups[1].Value : "")
        .Select(part => (part.Part, (long)Math.Round(part.Share * texts.Count))));

    public void Dispose()
    {
        _folder.Dispose();
        _scripts.ForEach(folder => Directory.Delete(folder, recursive: true));
    }

    private static bool Has(string frame, string text) => text.Contains(frame, StringComparison.Ordinal);

    private ChildProcess Start(string root, string text, params string[] options)
    {
        Programs.RequireRoot();
        Assert.SkipWhen(root != Installed && ProcessSamples.IsEmulated, "too slow in the emulator");
        var interpreter = Path.Join(root, "usr/bin/python3");
        Assert.SkipUnless(File.Exists(interpreter), $"{interpreter} is missing (Debian: python3)");
        if (root == Installed)
        {
            return ChildProcess.Start(interpreter, [.. options, _folder.Write("shares.py", text)]);
        }

        var script = Directory.CreateDirectory(root + _folder.Path).FullName + "/shares.py";
        File.WriteAllText(script, text);
        _scripts.Add(Path.GetDirectoryName(script)!);
        return ChildProcess.Start("chroot", [root, "/usr/bin/python3", .. options, script[root.Length..]]);
    }
}
