using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using PixieOrleans.NodeProbe.Runtimes;

namespace PixieOrleans.NodeProbe.Profiles.Symbols;

/// <summary>A question for the methods of a .NET process.</summary>
/// <param name="process">The process.</param>
/// <param name="port">Its diagnostics port.</param>
internal sealed class DotnetQuestion(SampledProcess process, string port)
{
    private FunctionTable? _answer;

    public SampledProcess Process => process;

    public string Port => port;

    /// <summary>Its methods; empty when it did not tell them, null until it is known.</summary>
    public FunctionTable? Answer
    {
        get => Volatile.Read(ref _answer);
        set => Volatile.Write(ref _answer, value);
    }
}

/// <summary>Asks .NET processes for their methods, one after the other, on a thread of its own.</summary>
internal sealed class DotnetNames : IDisposable
{
    private const int MaxWaiting = 256; // questions; processes beyond are asked later

    private readonly BlockingCollection<DotnetQuestion> _questions = new(MaxWaiting);
    private readonly CancellationTokenSource _stop = new();
    private Thread? _thread;

    /// <summary>Asks; null when the process has no port, or too many wait. Used by one thread.</summary>
    public DotnetQuestion? TryAsk(SampledProcess process)
    {
        if (PortOf(process) is not { } port)
        {
            return null;
        }

        var question = new DotnetQuestion(process, port);
        if (!_questions.TryAdd(question))
        {
            return null;
        }

        if (_thread is null)
        {
            _thread = new Thread(Run) { Name = "pxo-dotnet-names", IsBackground = true };
            _thread.Start();
        }

        return question;
    }

    /// <summary>Ends the thread, which may wait for a process for some seconds yet.</summary>
    public void Dispose() => _stop.Cancel();

    // A runtime names its port after the process' start, so that no other process is taken for this one.
    private static string? PortOf(SampledProcess process)
    {
        try
        {
            var id = ProcessFiles.InnerIdOf(process.Tgid);
            var path = string.Create(
                CultureInfo.InvariantCulture,
                $"/proc/{process.Tgid}/root/tmp/dotnet-diagnostic-{id}-{process.StartTicks}-socket");
            return File.Exists(path) ? path : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) // the process is gone
        {
            return null;
        }
    }

    private static FunctionTable Read(DotnetQuestion question)
    {
        var methods = new Methods();
        try
        {
            DotnetMethods.Read(question.Port, question.Process.Tgid, methods);
        }
        catch (Exception e) when (e is SocketException or InvalidDataException or IOException or ArgumentException)
        {
            // it ended, stands still, or speaks otherwise: what has come so far are methods all the same
        }

        return methods.Table.Build();
    }

    private void Run()
    {
        try
        {
            foreach (var question in _questions.GetConsumingEnumerable(_stop.Token))
            {
                question.Answer = Read(question);
            }
        }
        catch (OperationCanceledException) // disposed
        {
        }
    }

    private sealed class Methods : IMethodConsumer
    {
        private const long MaxBytes = 64 << 20; // of one process; what is beyond is left out

        public FunctionTable.Builder Table { get; } = new();

        public void OnMethod(
            ulong start, uint bytes, ReadOnlySpan<char> type, ReadOnlySpan<char> name, ReadOnlySpan<char> signature)
        {
            if (Table.Bytes <= MaxBytes)
            {
                Table.Add(start, bytes, rank: Table.Count, DotnetNaming.Of(type, name, signature));
            }
        }
    }
}
