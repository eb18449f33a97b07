using System.Text.RegularExpressions;

namespace PixieOrleans.Architecture.Tests;

public sealed partial class DocumentsTests
{
    [Fact]
    public void Links_LeadToFilesThatExist() => Repository.AssertNone(
        from document in Documents()
        from Match link in MarkdownLink().Matches(File.ReadAllText(document))
        let target = link.Groups["target"].Value.Split('#')[0]
        where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal)
        where !Path.Exists(Path.Combine(Path.GetDirectoryName(document)!, target))
        select $"{Repository.Relative(document)}: {target}",
        "links to files that do not exist:");

    [Fact]
    public void Commands_NameScriptsThatExist() => Repository.AssertNone(
        from document in Documents()
        from Match command in RootCommand().Matches(File.ReadAllText(document))
        let script = command.Groups["script"].Value
        where !Path.Exists(Path.Combine(Repository.Root, script))
        select $"{Repository.Relative(document)}: ./{script}",
        "commands that do not exist:");

    [Fact]
    public void CodePaths_NameFilesThatExist() => Repository.AssertNone(
        from document in Documents()
        from Match path in CodePath().Matches(File.ReadAllText(document))
        let target = path.Groups["path"].Value.TrimEnd('/')
        where !Path.Exists(Path.Combine(Repository.Root, target))
        select $"{Repository.Relative(document)}: {target}",
        "paths in code spans that do not exist:");

    [Fact]
    public void Decisions_AreNumberedWithoutGaps()
    {
        var numbers = Repository.Files("docs/adr", "*.md")
            .Select(file => Path.GetFileName(file)[..4]).Order(StringComparer.Ordinal).ToArray();

        Assert.NotEmpty(numbers);
        Assert.Equal(Enumerable.Range(1, numbers.Length).Select(number => $"{number:0000}"), numbers);
    }

    private static IEnumerable<string> Documents() =>
        Directory.EnumerateFiles(Repository.Root, "*.md").Concat(Repository.Files("docs", "*.md"));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex MarkdownLink();

    [GeneratedRegex(@"(?<![\w/.])\./(?<script>[a-z][\w./-]*\w)")]
    private static partial Regex RootCommand();

    [GeneratedRegex("`(?<path>(src|tests|bpf|docs|examples|scripts|benchmarks)/[\\w./-]+)`")]
    private static partial Regex CodePath();
}
