using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Kernel.Tests.Profiles;

/// <summary>
/// Functions of Python in samples: of the installed interpreter, and of those that PXO_PYTHONS lists (with colons).
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

    private readonly TempFolder _folder = new();

    public static TheoryData<string> Interpreters() =>
    [
        .. (Environment.GetEnvironmentVariable("PXO_PYTHONS") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Prepend("/usr/bin/python3"),
    ];

    [Theory]
    [MemberData(nameof(Interpreters))]
    public async Task Samples_PythonProgram_HaveItsFunctions(string interpreter)
    {
        Programs.RequireRoot();
        Assert.SkipUnless(File.Exists(interpreter), $"{interpreter} is missing (Debian: python3)");
        await using var program = ChildProcess.Start(interpreter, [_folder.Write("shares.py", Program)]);
        using var samples = new ProcessSamples(program.Id);
        await samples.WarmUpAsync(text => text.Contains("(shares.py:", StringComparison.Ordinal));

        await samples.TakeAsync(1500);

        var all = string.Join('\n', samples.Texts().Take(40));
        var heavy = samples.Shares(Has("Shares.heavy (shares.py:9)"));
        var light = samples.Shares(Has("light (shares.py:20)"));
        var other = samples.Shares(Has("ändern (shares.py:25)"));
        Assert.True(heavy + light + other > 0.97, all);
        Assert.True(heavy / (heavy + light) is > 0.70 and < 0.80, $"{heavy} and {light}\n{all}");
        Assert.True(samples.Shares(Has("by_key (shares.py:14)")) is var key && key > 0.3 * heavy && key <= heavy, all);
        Assert.Equal(0, samples.Shares(text => Has("ändern")(text) && (Has("heavy")(text) || Has("light")(text))));
        Assert.All(
            samples.Stacks().Where(stack => Has("Shares.heavy")(stack.Text)),
            stack => Assert.Contains(
                "<module> (shares.py:1);Shares.run (shares.py:4);Shares.heavy (shares.py:9)", stack.Text));
    }

    public void Dispose() => _folder.Dispose();

    private static Func<string, bool> Has(string frame) => text => text.Contains(frame, StringComparison.Ordinal);
}
