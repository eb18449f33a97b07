using System.Text;
using PixieOrleans.NodeProbe.Elf;
using PixieOrleans.NodeProbe.Profiles;
using PixieOrleans.NodeProbe.Profiles.Interpreters;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.NodeProbe.Tests.Profiles;

/// <summary>Frames of Python in place of the interpreter's loop.</summary>
public sealed class PythonStacksTests
{
    private const string Loop = "_PyEval_EvalFrameDefault";

    [Theory]
    // Native frames from the innermost, frames of Python by call of the loop, both together.
    [InlineData("memcpy " + Loop + " sort " + Loop + " main", "key|f,m", "memcpy key sort f m main", "all seen")]
    [InlineData("memcpy " + Loop + " cut", "key|f,m", "memcpy key f m cut", "a call is missing")]
    [InlineData("memcpy cut", "key|f,m", "memcpy cut key f m", "all are missing")]
    [InlineData("a b PyEval_EvalCode main", "key|f,m", "a b key f m PyEval_EvalCode main", "no call has its name")]
    [InlineData(Loop + " x " + Loop + " main", "f", "f x " + Loop + " main", "a loop that has not begun")]
    [InlineData(Loop + ".cold main", "f,g", "f g main", "a part of the loop")]
    [InlineData(Loop + " sort " + Loop + " main", "|f", Loop + " sort f main", "no code yet")]
    [InlineData("read main", "", "read main", "no Python")]
    public void Merge_Frames_AreInTheirOrder(string native, string python, string expected, string why)
    {
        var frames = native.Split(' ').Select(Encoding.UTF8.GetBytes).ToList();
        List<List<byte[]>> calls = python.Length == 0
            ? []
            : [.. python.Split('|').Select(call => call.Split(',', StringSplitOptions.RemoveEmptyEntries)
                .Select(Encoding.UTF8.GetBytes).ToList())];

        PythonStacks.Merge(calls, frames);

        Assert.True(expected == string.Join(' ', frames.Select(Encoding.UTF8.GetString)), why);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task Look_PythonForWhichThereIsNoRoom_IsCounted(bool isRoom, long refused)
    {
        await using var program = ChildProcess.Start(
            Programs.Require("python3", "python3"), ["-c", "print(1, flush=True); input()"], withInput: true);
        await Poll.UntilAsync(
            () => Task.FromResult(program.Output == "1"),
            TimeSpan.FromSeconds(30),
            () => "Python runs",
            TestContext.Current.CancellationToken);
        var code = new List<MappedCode>();
        ProcessMaps.Read((uint)program.Id, code, withVdso: false);
        var stacks = new PythonStacks((_, _) => isRoom);

        stacks.Look(new SampledProcess((uint)program.Id, 1), code);

        Assert.Equal(refused, stacks.Refused);
    }

    [Fact]
    public void Open_ProcessThatIsGone_IsNull() => Assert.Null(ProcessMemory.Open(uint.MaxValue));

    [Fact]
    public void TryRead_MemoryThatIsNotMapped_IsFalse()
    {
        using var memory = ProcessMemory.Open((uint)Environment.ProcessId);

        Assert.NotNull(memory);
        Assert.False(memory.TryRead(16, new byte[8]));
        Assert.False(memory.TryRead(ulong.MaxValue, new byte[8]));
        Assert.Equal(0UL, memory.ReadPointer(16));
    }
}
