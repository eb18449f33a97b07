using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Kernel.Tests.Profiles;

/// <summary>Stacks of a process as Linux' own tool records and names them.</summary>
internal sealed class PerfShares(List<string> stacks)
{
    private const int Seconds = 5;

    /// <summary>How many samples there are.</summary>
    public int Count => stacks.Count;

    /// <summary>Records a process for some seconds.</summary>
    /// <param name="processId">The process.</param>
    /// <param name="folder">Takes the files.</param>
    /// <param name="beforeNaming">Runs when the recording is done.</param>
    public static async Task<PerfShares> RecordAsync(int processId, TempFolder folder, Func<Task>? beforeNaming = null)
    {
        var perf = Programs.Require("perf", "linux-perf");
        var cancel = TestContext.Current.CancellationToken;
        var (data, text) = (folder.File("perf.data"), folder.File("perf.txt"));
        await ChildProcess.RunAsync(
            perf, ["record", "-q", "-F", "499", "-g", "-p", $"{processId}", "-o", data, "--", "sleep", $"{Seconds}"],
            cancel);
        await (beforeNaming?.Invoke() ?? Task.CompletedTask);
        await ChildProcess.RunAsync("sh", ["-c", $"exec {perf} script -i {data} -F ip,sym > {text}"], cancel);
        var blocks = (await File.ReadAllTextAsync(text, cancel)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        return new PerfShares([.. blocks.Where(block => block.Trim().Length > 0)]);
    }

    /// <summary>Share of the samples whose stack fits.</summary>
    public double Of(Func<string, bool> fits) => (double)stacks.Count(fits) / stacks.Count;
}
