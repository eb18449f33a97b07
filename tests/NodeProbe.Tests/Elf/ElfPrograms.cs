using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.NodeProbe.Tests.Elf;

/// <summary>Small programs made for a test.</summary>
internal static class ElfPrograms
{
    /// <summary>Compiles C into a program of the folder; returns its path.</summary>
    public static async Task<string> CompileAsync(TempFolder folder, string source, params string[] options)
    {
        var compiler = Programs.Require("clang", "clang");
        var (input, output) = (folder.Write("program.c", source), folder.File("program"));
        await ChildProcess.RunAsync(
            compiler, [input, "-o", output, .. options], TestContext.Current.CancellationToken);
        return output;
    }
}
