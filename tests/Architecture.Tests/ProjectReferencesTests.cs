using System.Buffers;
using System.Xml.Linq;

namespace PixieOrleans.Architecture.Tests;

public sealed class ProjectReferencesTests
{
    private static readonly SearchValues<char> Inexact = SearchValues.Create("*[](), ");

    private static readonly string[] EverythingBelowGrains =
        ["Model", "Protocols", "Tables", "Plans", "Pxl", "Exec", "NodeProbe", "Grains.Interfaces"];

    /// <summary>Which project may reference which; the arrows of docs/architecture.md.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Model"] = [],
        ["Protocols"] = ["Model"],
        ["Tables"] = ["Model"],
        ["Plans"] = ["Model"],
        ["Pxl"] = ["Model", "Plans"],
        ["Exec"] = ["Model", "Plans", "Tables"],
        ["TlsSelfTest"] = [],
        ["NodeProbe"] = ["Model", "Protocols", "Tables", "TlsSelfTest"],
        ["Grains.Interfaces"] = ["Model", "Plans"],
        ["Grains"] = EverythingBelowGrains,
        ["Api"] = ["Model", "Plans", "Grains.Interfaces"],
        ["Silo"] = [.. EverythingBelowGrains, "Grains", "Api"],
        ["Replay"] = ["Model", "Protocols", "Tables", "Plans", "Pxl", "Exec"],
        ["Cli"] = ["Model", "Replay"],
    };

    [Fact]
    public void SourceProjects_ReferenceOnlyWhatTheyMay()
    {
        var violations =
            from project in Repository.Files("src", "*.csproj")
            let name = ShortName(project)
            from reference in References(project, "ProjectReference")
            let target = ShortName(reference)
            where !Allowed.GetValueOrDefault(name, []).Contains(target)
            select $"{name} → {target}";

        Repository.AssertNone(violations, "arrows that docs/architecture.md does not have:");
    }

    [Fact]
    public void SourceProjects_AllHaveARule() => Repository.AssertNone(
        Repository.Files("src", "*.csproj").Select(ShortName).Where(name => !Allowed.ContainsKey(name)),
        "projects without a rule in this test:");

    [Fact]
    public void SourceProjects_NeverReferenceTests() => Repository.AssertNone(
        from project in Repository.Files("src", "*.csproj")
        from reference in References(project, "ProjectReference")
        where reference.Contains("/tests/", StringComparison.Ordinal)
        select $"{ShortName(project)} → {reference}",
        "sources that reference tests:");

    [Fact]
    public void OrleansPackages_OnlyInGrainsApiAndSilo() => Repository.AssertNone(
        from project in Repository.Files("src", "*.csproj")
        where ShortName(project) is not ("Grains" or "Grains.Interfaces" or "Api" or "Silo")
        from package in References(project, "PackageReference")
        where package.StartsWith("Microsoft.Orleans.", StringComparison.Ordinal)
        select $"{ShortName(project)} → {package}",
        "Orleans packages outside Grains*, Api and Silo:");

    [Fact]
    public void Packages_HaveNoVersionOfTheirOwn() => Repository.AssertNone(
        from project in Repository.Files("", "*.csproj")
        from package in XDocument.Load(project).Descendants("PackageReference")
        where package.Attribute("Version") is not null || package.Attribute("VersionOverride") is not null
        select $"{Repository.Relative(project)}: {package.Attribute("Include")?.Value}",
        "packages with a version outside Directory.Packages.props:");

    [Fact]
    public void CentralVersions_AreExact() => Repository.AssertNone(
        from package in XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props"))
            .Descendants("PackageVersion")
        let version = package.Attribute("Version")!.Value
        where version.AsSpan().ContainsAny(Inexact)
        select $"{package.Attribute("Include")!.Value} {version}",
        "versions that are not exact:");

    [Fact]
    public void Projects_AreAllInTheSolution()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "PixieOrleans.sln"));

        Repository.AssertNone(
            Repository.Files("", "*.csproj").Select(Repository.Relative)
                .Where(path => !solution.Contains(path.Replace('/', '\\'), StringComparison.Ordinal)),
            "projects that are not in PixieOrleans.sln:");
    }

    [Fact]
    public void Projects_AreNamedByTheirFolder() => Repository.AssertNone(
        from project in Repository.Files("src", "*.csproj")
        let folder = Path.GetFileName(Path.GetDirectoryName(project)!)
        where Path.GetFileName(project) != $"PixieOrleans.{folder}.csproj"
        select Repository.Relative(project),
        "projects not named PixieOrleans.<Folder>.csproj:");

    private static string ShortName(string project) =>
        Path.GetFileNameWithoutExtension(project.Replace('\\', '/'))["PixieOrleans.".Length..];

    private static IEnumerable<string> References(string project, string kind) =>
        XDocument.Load(project).Descendants(kind).Select(item => item.Attribute("Include")?.Value ?? "");
}
