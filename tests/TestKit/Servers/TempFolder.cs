namespace PixieOrleans.TestKit.Servers;

/// <summary>A folder of its own, deleted at the end.</summary>
public sealed class TempFolder : IDisposable
{
    private const UnixFileMode Everybody = // servers started as root drop to another user
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Creates the folder.</summary>
    public TempFolder()
    {
        Path = Directory.CreateTempSubdirectory("pxo-test-").FullName;
        OpenToEverybody(Path);
    }

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>Absolute path of a file in the folder.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file and returns its path.</summary>
    public string Write(string name, string content)
    {
        var path = File(name);
        System.IO.File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Writes a program and returns its path.</summary>
    public string WriteProgram(string name, string content)
    {
        var path = Write(name, content);
        OpenToEverybody(path);
        return path;
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static void OpenToEverybody(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(path, Everybody);
        }
    }
}
