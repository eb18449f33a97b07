using PixieOrleans.NodeProbe.Elf;
using PixieOrleans.NodeProbe.Sockets;
using PixieOrleans.NodeProbe.Tls;
using PixieOrleans.NodeProbe.Tls.Families;

namespace PixieOrleans.Bench.Live;

/// <summary>
/// CPU that probes add to calls of the system's OpenSSL, and to a call of a function per kind of probe site. All in one
/// process, each round with and without the probes: the ratios hold on a busy machine, the times only on this one.
/// </summary>
internal static class TlsCallBench
{
    private const int Rounds = 5;
    private const int Turns = 10_000; // per round, of four calls of the library
    private const int CallsOfTurn = 4;
    private const int SiteTurns = 100_000;
    private const string Site = "pxo_tls_leave_read"; // looks for the call of the thread, finds none
    private static readonly string[] Libraries = ["libssl.so.3", "libcrypto.so.3"];

    private static readonly (string Title, string Function, bool IsReturnProbe)[] Sites =
    [
        ("conditional jump", "site_jump", false),
        ("call", "site_call", false),
        ("nop", "site_nop", false),
        ("push", "site_push", false),
        ("ret, stepped over", "site_ret", false),
        ("sub, stepped over", "site_sub", false),
        ("return probe at push", "site_push", true),
        ("return probe at sub, stepped over", "site_sub", true),
    ];

    /// <summary>Added ns per call of the library, and per hit of a site.</summary>
    public static async Task<IReadOnlyList<Figure>> MeasureAsync(CancellationToken cancellationToken)
    {
        using var sockets = SocketProbe.Start(new() { RingBytes = 16 << 20, Tls = true });
        using var probes = TlsProbes.Load(sockets);
        using var drain = new RingDrain(sockets);
        await using var program = await TlsCallProgram.StartAsync(cancellationToken);
        var figures = new List<Figure>();
        var plans = Libraries.Select(Plan).ToList();
        await AddCallsAsync("read", "SSL_read and SSL_write");
        await AddCallsAsync("read_ex", "SSL_read_ex and SSL_write_ex");
        foreach (var (title, function, isReturnProbe) in Sites)
        {
            var site = new TlsProbe(Site, program.OffsetOf(function), isReturnProbe);
            var (_, added) = await CompareAsync(
                function, SiteTurns, () => [probes.Attach(program.Path, [site])]);
            figures.Add(new($"TLS sites: {title}", added, "ns"));
        }

        return figures;

        async Task AddCallsAsync(string what, string title)
        {
            var (plain, added) = await CompareAsync(
                what, Turns * CallsOfTurn, () => [.. plans.Select(p => probes.Attach(p.Path, p.Probes))]);
            figures.Add(new($"TLS calls: {title}: CPU of a call with its share of socket calls", plain, "ns"));
            figures.Add(new($"TLS calls: {title}: CPU added per call", added / 1000, "µs", "<= 3"));
        }

        async Task<(double Plain, double Added)> CompareAsync(
            string what, int calls, Func<IReadOnlyList<TlsAttachment>> attach)
        {
            var turns = what.StartsWith("site", StringComparison.Ordinal) ? calls : calls / CallsOfTurn;
            var (plain, traced) = (new List<double>(), new List<double>());
            for (var round = 0; round < Rounds; round++)
            {
                plain.Add(await program.RunAsync(what, turns, cancellationToken) / (double)calls);
                var attached = attach();
                traced.Add(await program.RunAsync(what, turns, cancellationToken) / (double)calls);
                attached.ToList().ForEach(a => a.Dispose());
            }

            return (Median(plain), Median(traced) - Median(plain));
        }
    }

    private static (string Path, IReadOnlyList<TlsProbe> Probes) Plan(string library)
    {
        var path = $"/usr/lib/x86_64-linux-gnu/{library}";
        using var file = ElfFile.TryOpen(path, out var opened, out var error)
            ? opened : throw new InvalidOperationException(error);
        return (path, TlsFamilies.Find(file).Probes);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(Rounds / 2);

    /// <summary>Empties the rings on a thread, so that none is full.</summary>
    private sealed class RingDrain : ISocketEventConsumer, IDisposable
    {
        private const int EveryMs = 10;
        private const int MaxEvents = 4096;
        private readonly ManualResetEvent _stop = new(initialState: false);
        private readonly Thread _thread;

        public RingDrain(SocketProbe probe)
        {
            _thread = new Thread(() =>
            {
                while (!_stop.WaitOne(EveryMs))
                {
                    while (probe.Drain(0, this, MaxEvents) == MaxEvents)
                    {
                        // more is waiting
                    }
                }
            });
            _thread.Start();
        }

        public void OnOpen(in ConnectionEvent connection)
        {
        }

        public void OnData(in DataEvent data, ReadOnlySpan<byte> payload)
        {
        }

        public void OnClose(in ConnectionEvent connection)
        {
        }

        public void Dispose()
        {
            _stop.Set();
            _thread.Join();
            _stop.Dispose();
        }
    }
}
