namespace PixieOrleans.Exec;

/// <summary>Reads about running processes of the machine that evaluates the rows.</summary>
public interface IProcessFiles
{
    /// <summary>Files that a process has mapped, each once; none when it has ended or is another machine's.</summary>
    IReadOnlyList<string> MappedFiles(UInt128 upid);
}

/// <summary>Knows no process.</summary>
public sealed class NoProcessFiles : IProcessFiles
{
    /// <summary>The only one there need be.</summary>
    public static NoProcessFiles Instance { get; } = new();

    /// <inheritdoc/>
    public IReadOnlyList<string> MappedFiles(UInt128 upid) => [];
}
