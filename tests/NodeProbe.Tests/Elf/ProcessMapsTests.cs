using System.Text;
using PixieOrleans.NodeProbe.Elf;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.NodeProbe.Tests.Elf;

public sealed class ProcessMapsTests
{
    // Lines as Linux 6.18 writes them (proc(5)).
    private const string Lines =
        """
        55d0c6a00000-55d0c6a02000 r--p 00000000 fd:01 131081                     /usr/bin/env
        55d0c6a02000-55d0c6a07000 r-xp 00002000 fd:01 131081                     /usr/bin/env
        7f4e10000000-7f4e10021000 rw-p 00000000 00:00 0 
        7f4e1da1c000-7f4e1da9d000 r-xp 0001e000 fd:01 262210                   /usr/lib/with space/libssl.so.3 (deleted)
        7ffd5a9f6000-7ffd5a9f8000 r-xp 00000000 00:00 0                          [vdso]

        """;

    [Fact]
    public void AddLines_CutAtEveryByte_GivesTheCodeOfFiles()
    {
        MappedCode[] expected =
        [
            new(0x55d0c6a02000, 0x55d0c6a07000, 0x2000, new("fd:01", 131081), "/usr/bin/env", false),
            new(0x7f4e1da1c000, 0x7f4e1da9d000, 0x1e000, new("fd:01", 262210), "/usr/lib/with space/libssl.so.3",
                true),
        ];

        for (var cut = 0; cut <= Lines.Length; cut++)
        {
            var code = new List<MappedCode>();
            var buffer = new byte[Lines.Length];
            var kept = Encoding.UTF8.GetBytes(Lines.AsSpan(0, cut), buffer);
            kept = ProcessMaps.AddLines(buffer.AsSpan(0, kept), code);
            kept += Encoding.UTF8.GetBytes(Lines.AsSpan(cut), buffer.AsSpan(kept));
            ProcessMaps.AddLines(buffer.AsSpan(0, kept), code);

            Assert.Equal(expected, code);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("55d0c6a02000-55d0c6a07000 r-xp")]
    [InlineData("55d0c6a02000 r-xp 00002000 fd:01 131081 /usr/bin/env")]
    [InlineData("x-y r-xp 00002000 fd:01 131081 /usr/bin/env")]
    [InlineData("55d0c6a02000-55d0c6a07000 r-xp 00002000 fd:01 many /usr/bin/env")]
    public void AddLines_OfOtherText_GivesNothing(string line)
    {
        var code = new List<MappedCode>();

        ProcessMaps.AddLines(Encoding.UTF8.GetBytes(line + "\n"), code);

        Assert.Empty(code);
    }

    [Fact]
    public async Task LinkPath_OfADeletedProgram_StillOpensIt()
    {
        Programs.RequireRoot();
        using var folder = new TempFolder();
        var program = folder.File("sleeper");
        File.Copy(Programs.Require("sleep", "coreutils"), program);
        await using var child = ChildProcess.Start(program, ["60"]);
        await Poll.UntilAsync(
            () => Task.FromResult(Find(child.Id, "sleeper") is not null), TimeSpan.FromSeconds(10),
            () => "the program is mapped", TestContext.Current.CancellationToken);
        File.Delete(program);

        var code = Find(child.Id, "sleeper")!.Value;

        Assert.True(code.IsDeleted);
        Assert.Equal(program, code.Path);
        Assert.True(ElfFile.TryOpen(code.LinkPath((uint)child.Id), out var file, out var error), error);
        file.Dispose();
    }

    [Fact]
    public void Read_OfAProcessThatIsGone_IsFalse() => Assert.False(ProcessMaps.Read(uint.MaxValue, []));

    private static MappedCode? Find(int processId, string name)
    {
        var code = new List<MappedCode>();
        ProcessMaps.Read((uint)processId, code);
        return code.Where(c => c.FileName.SequenceEqual(name)).Select(c => (MappedCode?)c).FirstOrDefault();
    }
}
