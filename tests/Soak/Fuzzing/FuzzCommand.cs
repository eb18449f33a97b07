using System.Globalization;
using System.Reflection;
using PixieOrleans.Model;
using PixieOrleans.Protocols;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Http;
using PixieOrleans.TestKit.Fuzzing;

namespace PixieOrleans.Soak.Fuzzing;

/// <summary>
/// Coverage-guided fuzzing of a protocol's sessions: "fuzz FOLDER SECONDS PROTOCOL"; "fuzz FOLDER" lists the protocols.
/// Starts from the recorded connections of the parsers' tests; findings become files below the folder.
/// </summary>
internal static class FuzzCommand
{
    /// <summary>Runs in the ordinary program: goes on in assemblies that are instrumented.</summary>
    public static int Run(string[] args)
    {
        if (args is not [var folder, var seconds, var name])
        {
            var names = Protocols().Select(protocol => protocol.ToString().ToLowerInvariant());
            Console.WriteLine(string.Join('\n', names));
            return 0;
        }

        var copies = Path.Combine(folder, $"instrumented-{Environment.ProcessId}");
        try
        {
            var instrumented = InstrumentedContext.Load(copies, typeof(FuzzCommand).FullName!);
            var duration = TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture));
            return (int)instrumented.GetMethod(nameof(Fuzz))!.Invoke(
                null, BindingFlags.DoNotWrapExceptions, null, [folder, name, duration], null)!;
        }
        finally
        {
            Directory.Delete(copies, recursive: true);
        }
    }

    /// <summary>Runs in the instrumented context. 0, or 1 when something failed.</summary>
    public static int Fuzz(string folder, string name, TimeSpan duration)
    {
        Coverage.CreateMap();
        if (!Enum.TryParse<Protocol>(name, ignoreCase: true, out var protocol) || !Protocols().Contains(protocol))
        {
            Console.Error.WriteLine($"No protocol '{name}'; there are: {string.Join(", ", Protocols())}");
            return 2;
        }

        var recorded = RecordedCases.Read(protocol);
        if (recorded.Count == 0)
        {
            Console.WriteLine($"{name}: nothing recorded to begin with");
            return 1;
        }

        var seed = Environment.TickCount;
        using var findings = new Findings(Path.Combine(folder, "findings"));
        var fuzzer = new ProtocolFuzzer(seed, findings);
        fuzzer.Run(recorded, duration);
        Console.WriteLine(fuzzer.Figures.Format(name));
        return fuzzer.Figures.Failures == 0 ? 0 : 1;
    }

    private static IEnumerable<Protocol> Protocols() =>
        new ProtocolRegistry(new HttpOptions(), new FramingOptions()).Definitions
            .Select(definition => definition.Protocol).Order();
}
