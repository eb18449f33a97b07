using System.Collections.Immutable;
using PixieOrleans.Cli.Server;
using PixieOrleans.Cli.Terminals;
using PixieOrleans.Model.Scripts;

namespace PixieOrleans.Cli.Query;

/// <summary>What `pxo run` is to run: a script of the library by name, or a text of one's own.</summary>
/// <param name="Name">Name in the library, or null.</param>
/// <param name="Text">PxL text, or null.</param>
/// <param name="Spec">The vis.json beside the text's file, or null.</param>
internal sealed record ScriptInput(string? Name, string? Text, ScriptSpec? Spec)
{
    private const string SpecFile = "vis.json";

    /// <summary>Reads the script that the options name.</summary>
    public static async Task<ScriptInput> ReadAsync(
        string? name, string? file, string? text, Terminal terminal, CancellationToken cancellationToken)
    {
        if (new[] { name, file, text }.Count(given => given is not null) != 1)
        {
            throw new UsageException(
                "one script is needed: a NAME (see pxo scripts list), -f FILE, -f - (stdin) or -e TEXT");
        }

        return (name, file) switch
        {
            (not null, _) => new ScriptInput(name, null, null),
            (_, null) => new ScriptInput(null, text, null),
            (_, "-") => new ScriptInput(null, await terminal.In.ReadToEndAsync(cancellationToken), null),
            _ => await ReadFileAsync(FileOf(file), cancellationToken),
        };
    }

    /// <summary>The arguments that a script of one's own takes.</summary>
    public IReadOnlyList<ScriptArgument> OwnArguments => [.. (Spec?.Variables ?? []).Select(v => new ScriptArgument(
        v.Name, v.Type, v.Description, v.IsRequired, v.Default, [.. v.ValidValues]))];

    /// <summary>The functions of a script of one's own to run with these values for its variables.</summary>
    public ImmutableArray<BoundCall> Bind(Dictionary<string, string> variables)
    {
        try
        {
            return (Spec ?? new ScriptSpec([], [], [])).Bind(variables);
        }
        catch (ScriptArgumentException e)
        {
            throw new UsageException(e.Message);
        }
    }

    /// <summary>The request that runs it with these values for its variables.</summary>
    public QueryRequest ToRequest(Dictionary<string, string> variables)
    {
        if (Name is not null)
        {
            return new QueryRequest { Script = Name, Variables = variables };
        }

        var calls = Bind(variables);
        return new QueryRequest
        {
            Query = Text,
            Functions = calls.IsEmpty ? null : [.. calls.Select(call => new QueryFunction(
                call.Function, call.Arguments.ToDictionary(StringComparer.Ordinal), call.Output))],
        };
    }

    /// <summary>The arguments that the script takes.</summary>
    public async Task<IReadOnlyList<ScriptArgument>> ArgumentsAsync(
        SiloClient client, CancellationToken cancellationToken) => Name is null
        ? OwnArguments
        : (await client.ScriptAsync(Name, cancellationToken)).Variables;

    // A folder stands for the one script in it.
    private static string FileOf(string path)
    {
        if (File.Exists(path))
        {
            return path;
        }

        if (!Directory.Exists(path))
        {
            throw new UsageException($"{path}: no such file");
        }

        var scripts = Directory.GetFiles(path, "*.pxl");
        return scripts.Length == 1
            ? scripts[0]
            : throw new UsageException($"{path}: the folder holds {scripts.Length} scripts (*.pxl) instead of one");
    }

    private static async Task<ScriptInput> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        var text = await File.ReadAllTextAsync(path, cancellationToken);
        var specFile = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, SpecFile);
        if (!File.Exists(specFile))
        {
            return new ScriptInput(null, text, null);
        }

        try
        {
            return new ScriptInput(
                null, text, ScriptSpec.Parse(await File.ReadAllBytesAsync(specFile, cancellationToken)));
        }
        catch (FormatException e)
        {
            throw new UsageException($"{specFile}: {e.Message}");
        }
    }
}
