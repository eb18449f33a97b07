using System.Globalization;
using PixieOrleans.NodeProbe.Elf;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Bench.Live;

/// <summary>The program TlsCalls.c, compiled and started.</summary>
internal sealed class TlsCallProgram : IAsyncDisposable
{
    private const string Library = "/usr/lib/x86_64-linux-gnu/libssl.so.3";
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private readonly Certificate _certificate;
    private readonly ChildProcess _process;
    private int _answers;

    private TlsCallProgram(Certificate certificate, string path)
    {
        (_certificate, Path) = (certificate, path);
        _process = ChildProcess.Start(path, [certificate.PemFile], withInput: true);
    }

    /// <summary>Path of the program.</summary>
    public string Path { get; }

    /// <summary>Compiles and starts it.</summary>
    public static async Task<TlsCallProgram> StartAsync(CancellationToken cancellationToken)
    {
        var program = await CPrograms.BuildAsync("TlsCalls.c", [Library], cancellationToken);
        return new TlsCallProgram(new Certificate(), program);
    }

    /// <summary>Place of a function in the file.</summary>
    public ulong OffsetOf(string function)
    {
        using var file = ElfFile.TryOpen(Path, out var opened, out var error)
            ? opened : throw new InvalidOperationException(error);
        return file.OffsetOf(ElfSymbols.FindFunctions(file, [function])[function].Address)!.Value;
    }

    /// <summary>Lets it make turns; returns the CPU time of all, ns.</summary>
    public async Task<long> RunAsync(string what, int turns, CancellationToken cancellationToken)
    {
        await _process.WriteLineAsync($"{what} {turns}", cancellationToken);
        _answers++;
        string[] Lines() => _process.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await Poll.UntilAsync(
            () => _process.HasExited
                ? throw new InvalidOperationException(_process.Output)
                : Task.FromResult(Lines().Length >= _answers),
            Deadline,
            () => $"{turns} turns of {what}",
            cancellationToken);
        return long.Parse(Lines()[^1], CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _certificate.Dispose();
    }
}
