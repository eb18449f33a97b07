using PixieOrleans.Model;
using PixieOrleans.TestKit.Fuzzing;

namespace PixieOrleans.Protocols.Tests.Fuzzing;

/// <summary>Cases that `./soak fuzz` found, each as small as it failed: they hold every bound now.</summary>
public sealed class FuzzFindingsTests
{
    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Fixtures", "fuzz");

    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(Folder, "*.txt").Select(file => Path.GetFileName(file)).Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public void Run_CaseThatFailed_HoldsAllBounds(string file)
    {
        var found = SessionCase.Parse(File.ReadLines(Path.Combine(Folder, file)));

        var result = new SessionCaseRunner().Run(found);

        Assert.InRange(result.RetainedBytes, 0, SessionCaseRunner.MaxRetainedBytes);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Parse_FormattedCase_IsTheSame(string file)
    {
        var found = SessionCase.Parse(File.ReadLines(Path.Combine(Folder, file)));

        var parsed = SessionCase.Parse(found.Format("why\nand where").Split('\n').Select(line => line.TrimEnd()));

        Assert.Equal(found.Format(""), parsed.Format(""));
    }

    [Fact]
    public void Run_SessionThatHoldsTooMuch_IsBroken()
    {
        var steps = Enumerable.Repeat(SessionStep.Data(Direction.Ingress, new byte[1 << 20]), 16);
        var endless = new SessionCase
        {
            Protocol = Protocol.Mux,
            FrameBytes = 16 << 20,
            StreamBytes = 32 << 20,
            Steps = [SessionStep.Data(Direction.Ingress, [0, 0xff, 0xff, 0xff, 2, 0, 0, 1]), .. steps],
        };

        Assert.Throws<BrokenBoundException>(() => new SessionCaseRunner().Run(endless));
    }
}
