using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using PixieOrleans.NodeProbe.Runtimes;

namespace PixieOrleans.NodeProbe.Profiles.Symbols;

/// <summary>A question for the methods of a process.</summary>
/// <param name="read">Asks the process; waits for it.</param>
internal sealed class MethodsQuestion(Func<FunctionTable> read)
{
    private FunctionTable? _answer;

    /// <summary>Its methods; empty when it did not tell them, null until it is known.</summary>
    public FunctionTable? Answer => Volatile.Read(ref _answer);

    /// <summary>Asks.</summary>
    public void Ask() => Volatile.Write(ref _answer, read());
}

/// <summary>
/// Asks runtimes for the methods of their processes, one after the other, on a thread of its own: of .NET, and of Java.
/// </summary>
/// <param name="dotnet">Ask .NET.</param>
/// <param name="java">Ask Java, which is an attach.</param>
internal sealed class RuntimeMethods(bool dotnet, bool java) : IDisposable
{
    private const int MaxWaiting = 256; // questions; processes beyond are asked later

    private readonly BlockingCollection<MethodsQuestion> _questions = new(MaxWaiting);
    private readonly CancellationTokenSource _stop = new();
    private Thread? _thread;
    private long _leftOut;

    /// <summary>Functions that runtimes told of beyond a bound.</summary>
    public long LeftOut => Interlocked.Read(ref _leftOut);

    /// <summary>Counts those of functions that were beyond a bound; used by any thread.</summary>
    public FunctionTable Count(in BoundedFunctions functions)
    {
        Interlocked.Add(ref _leftOut, functions.LeftOut);
        return functions.Functions;
    }

    /// <summary>Asks; null when there is nobody to be asked, or too many wait. Used by one thread.</summary>
    public MethodsQuestion? TryAsk(SampledProcess process)
    {
        var question = QuestionFor(process);
        if (question is null || !_questions.TryAdd(question))
        {
            return null;
        }

        if (_thread is null)
        {
            _thread = new Thread(Run) { Name = "pxo-methods", IsBackground = true };
            _thread.Start();
        }

        return question;
    }

    /// <summary>Ends the thread, which may wait for a process for some seconds yet.</summary>
    public void Dispose() => _stop.Cancel();

    private MethodsQuestion? QuestionFor(SampledProcess process)
    {
        try
        {
            if (dotnet && PortOf(process) is { } port)
            {
                return new MethodsQuestion(() => Count(ReadDotnet(process.Tgid, port)));
            }

            return java ? new MethodsQuestion(() => Count(ReadJava(process.Tgid))) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) // the process is gone
        {
            return null;
        }
    }

    // A runtime names its port after the process' start, so that no other process is taken for this one.
    private static string? PortOf(SampledProcess process)
    {
        var id = ProcessFiles.InnerIdOf(process.Tgid);
        var path = string.Create(
            CultureInfo.InvariantCulture,
            $"/proc/{process.Tgid}/root/tmp/dotnet-diagnostic-{id}-{process.StartTicks}-socket");
        return File.Exists(path) ? path : null;
    }

    private static BoundedFunctions ReadDotnet(uint processId, string port)
    {
        var methods = new Methods();
        try
        {
            DotnetMethods.Read(port, processId, methods);
        }
        catch (Exception e) when (IsRefusal(e)) // what has come so far are methods all the same
        {
        }

        return new BoundedFunctions(methods.Table.Build(), methods.LeftOut);
    }

    private static BoundedFunctions ReadJava(uint processId)
    {
        try
        {
            return JavaAttach.ReadFunctions(processId);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            return BoundedFunctions.None;
        }
    }

    // It ended, stands still, or speaks otherwise.
    private static bool IsRefusal(Exception e) =>
        e is SocketException or InvalidDataException or IOException or UnauthorizedAccessException or ArgumentException;

    private void Run()
    {
        try
        {
            foreach (var question in _questions.GetConsumingEnumerable(_stop.Token))
            {
                question.Ask();
            }
        }
        catch (OperationCanceledException) // disposed
        {
        }
    }

    private sealed class Methods : IMethodConsumer
    {
        private const long MaxBytes = 64 << 20; // of one process

        public FunctionTable.Builder Table { get; } = new();

        public long LeftOut { get; private set; }

        public void OnMethod(
            ulong start, uint bytes, ReadOnlySpan<char> type, ReadOnlySpan<char> name, ReadOnlySpan<char> signature)
        {
            if (Table.Bytes > MaxBytes)
            {
                LeftOut++;
                return;
            }

            Table.Add(start, bytes, rank: Table.Count, DotnetNaming.Of(type, name, signature));
        }
    }
}
