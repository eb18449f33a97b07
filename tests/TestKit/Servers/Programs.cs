namespace PixieOrleans.TestKit.Servers;

/// <summary>Finds the programs that tests start.</summary>
public static class Programs
{
    // An exception whose message starts so is a skipped test for xunit v3, with the rest as the reason.
    private const string SkipPrefix = "$XunitDynamicSkip$";

    private static readonly string[] SystemFolders = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin", "/bin"];

    /// <summary>Path of an installed program; its absence skips the test, naming the Debian package.</summary>
    public static string Require(string name, string package) =>
        Find(name) ?? throw Skip($"{name} is missing: apt-get install {package}");

    /// <summary>Path of a program that this repository builds; its absence skips the test.</summary>
    /// <param name="project">Name of the project, such as "PixieOrleans.Silo".</param>
    /// <param name="program">Name of its executable.</param>
    public static string RequireBuilt(string project, string program)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory); // …/bin/<project>/<configuration>
        var path = Path.Combine(own.Parent!.Parent!.FullName, project, own.Name, program);
        return File.Exists(path) ? path : throw Skip($"{path} is missing: dotnet build PixieOrleans.sln");
    }

    /// <summary>Skips the test unless the process runs as root.</summary>
    public static void RequireRoot()
    {
        if (Environment.UserName != "root")
        {
            throw Skip("probes need root: run the tests as root");
        }
    }

    /// <summary>The exception that skips the running test.</summary>
    public static Exception Skip(string reason) => new InvalidOperationException(SkipPrefix + reason);

    private static string? Find(string name)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(SystemFolders);
        return folders.Where(folder => folder.Length > 0)
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }
}
