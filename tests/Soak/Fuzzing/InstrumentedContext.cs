using System.Reflection;
using System.Runtime.Loader;
using SharpFuzz;

namespace PixieOrleans.Soak.Fuzzing;

/// <summary>
/// Loads this project's assemblies anew, with a copy of the parsers that counts the edges it takes: nothing that was
/// built is changed. All else, the map's owner included, is shared with the program.
/// </summary>
internal sealed class InstrumentedContext : AssemblyLoadContext
{
    private const string Parsers = "PixieOrleans.Protocols";
    private const string Own = "PixieOrleans.";
    private readonly string _copy;

    private InstrumentedContext(string copy)
        : base("instrumented") => _copy = copy;

    /// <summary>Instruments a copy of the parsers below a folder, and the type of this name that works with it.
    /// </summary>
    public static Type Load(string folder, string typeName)
    {
        Directory.CreateDirectory(folder);
        var copy = Path.Combine(folder, Parsers + ".dll");
        File.Copy(Path.Combine(AppContext.BaseDirectory, Parsers + ".dll"), copy, overwrite: true);
        Fuzzer.Instrument(copy, _ => true, Options.Value);
        var context = new InstrumentedContext(copy);
        var program = context.LoadFromAssemblyPath(typeof(InstrumentedContext).Assembly.Location);
        return program.GetType(typeName, throwOnError: true)!;
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var built = Path.Combine(AppContext.BaseDirectory, assemblyName.Name + ".dll");
        var path = assemblyName.Name == Parsers ? _copy : built;
        return assemblyName.Name!.StartsWith(Own, StringComparison.Ordinal) && File.Exists(path)
            ? LoadFromAssemblyPath(path)
            : null;
    }
}
