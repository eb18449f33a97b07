using System.Text.RegularExpressions;

namespace PixieOrleans.Architecture.Tests;

public sealed partial class SourceRulesTests
{
    private const int MaxFileLines = 400;
    private const int MaxLineLength = 120; // columns

    private static readonly string[] OrleansProjects = ["Grains", "Grains.Interfaces", "Api", "Silo"];
    private static readonly string[] SynchronousProjects = ["Protocols", "Tables", "Pxl", "Exec"];

    [Fact]
    public void OrleansTypes_OnlyInGrainsApiAndSilo() => Repository.AssertNone(
        from line in Lines("src", "*.cs")
        where !OrleansProjects.Contains(line.Project) && OrleansUsing().IsMatch(line.Text)
        select line.ToString(),
        "Orleans types outside Grains*, Api and Silo:");

    [Fact]
    public void UnsafeCode_OnlyInNodeProbeAndItsSelfTest() => Repository.AssertNone(
        from line in Lines("src", "*.cs")
        where line.Project is not ("NodeProbe" or "TlsSelfTest") && UnsafeOrNative().IsMatch(line.Code)
        select line.ToString(),
        "unsafe code or native calls outside NodeProbe and TlsSelfTest:");

    [Fact]
    public void SynchronousProjects_DoNoInputOutputAndReadNoClock() => Repository.AssertNone(
        from line in Lines("src", "*.cs")
        where SynchronousProjects.Contains(line.Project) && InputOutputOrClock().IsMatch(line.Code)
        select line.ToString(),
        "I/O, logger, clock or tasks in Protocols, Tables, Pxl or Exec:");

    [Fact]
    public void Sources_ReadTheClockThroughTimeProvider() => Repository.AssertNone(
        from line in Lines("src", "*.cs")
        where SystemClock().IsMatch(line.Code)
        select line.ToString(),
        "DateTime.Now and its kin; TimeProvider is the clock:");

    [Fact]
    public void Tests_DoNotSleep() => Repository.AssertNone(
        from line in Lines("tests", "*.cs")
        where !line.File.Contains("/Architecture.Tests/", StringComparison.Ordinal) && Sleep().IsMatch(line.Code)
        select line.ToString(),
        "sleeps in tests; wait for a condition with a deadline:");

    [Fact]
    public void Files_AreShort() => Repository.AssertNone(
        from file in CodeFiles()
        let lines = File.ReadLines(file).Count()
        where lines > MaxFileLines
        select $"{Repository.Relative(file)}: {lines} lines",
        $"files of more than {MaxFileLines} lines:");

    [Fact]
    public void Lines_AreShort() => Repository.AssertNone(
        from line in CodeFiles().SelectMany(LinesOf)
        where line.Text.Length > MaxLineLength
        select $"{line.File}:{line.Number}: {line.Text.Length} columns",
        $"lines of more than {MaxLineLength} columns:");

    [Fact]
    public void Files_HaveNoFoldersByKind() => Repository.AssertNone(
        from file in Repository.Files("src", "*.cs")
        where KindFolder().IsMatch(Repository.Relative(file))
        select Repository.Relative(file),
        "folders that name a kind instead of a feature:");

    [Fact]
    public void BpfFiles_SayTheirLicence() => Repository.AssertNone(
        from file in Repository.Files("bpf", "*.c").Concat(Repository.Files("bpf", "*.h"))
        where !File.ReadLines(file).First().Contains("SPDX-License-Identifier:", StringComparison.Ordinal)
        select Repository.Relative(file),
        "BPF files without an SPDX line at the top:");

    private static IEnumerable<string> CodeFiles() => Repository.Files("src", "*.cs")
        .Concat(Repository.Files("tests", "*.cs")).Concat(Repository.Files("benchmarks", "*.cs"));

    private static IEnumerable<SourceLine> Lines(string folder, string pattern) =>
        Repository.Files(folder, pattern).SelectMany(LinesOf);

    private static IEnumerable<SourceLine> LinesOf(string file)
    {
        var relative = Repository.Relative(file);
        return File.ReadLines(file).Select((text, i) => new SourceLine(relative, i + 1, text));
    }

    [GeneratedRegex(@"^\s*(global )?using (static )?Orleans\b")]
    private static partial Regex OrleansUsing();

    [GeneratedRegex(@"\bunsafe\b(?!-)|\[(LibraryImport|DllImport|UnmanagedCallersOnly)\b")]
    private static partial Regex UnsafeOrNative();

    [GeneratedRegex(@"\bILogger\b|\bTimeProvider\b|\bStopwatch\b|\bFile\.(Open|Read|Write|Exists)|\bHttpClient\b"
        + @"|\bSocket\b|\basync\s+(Task|ValueTask|void|IAsync|\(|\w+\s*=>)|\bTask\b|\bThread\b|\bConsole\.")]
    private static partial Regex InputOutputOrClock();

    [GeneratedRegex(@"\bDateTime(Offset)?\.(Utc)?Now\b")]
    private static partial Regex SystemClock();

    [GeneratedRegex(@"\bThread\.Sleep\b|\bTask\.Delay\b")]
    private static partial Regex Sleep();

    [GeneratedRegex("/(Interfaces|Helpers|Utils|Utilities|Common|Misc|Models|Services/Impl)/")]
    private static partial Regex KindFolder();

    /// <summary>One line of a file; Code is the line without its comment.</summary>
    private sealed record SourceLine(string File, int Number, string Text)
    {
        public string Project { get; } = File.Split('/') is ["src", var project, ..] ? project : "";

        public string Code
        {
            get
            {
                var comment = Text.IndexOf("//", StringComparison.Ordinal);
                return comment < 0 ? Text : Text[..comment];
            }
        }

        public override string ToString() => $"{File}:{Number}: {Text.Trim()}";
    }
}
