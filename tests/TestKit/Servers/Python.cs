using System.Collections.Concurrent;

namespace PixieOrleans.TestKit.Servers;

/// <summary>Debian's Python, which has the modules of Debian's packages.</summary>
public static class Python
{
    private const string Interpreter = "/usr/bin/python3";
    private static readonly ConcurrentDictionary<string, bool> Modules = new();

    /// <summary>Path of the interpreter; a module that is missing skips the test.</summary>
    public static async Task<string> RequireAsync(string module, string debian, CancellationToken cancellationToken)
    {
        if (!File.Exists(Interpreter))
        {
            throw Programs.Skip($"{Interpreter} is missing: apt-get install python3");
        }

        if (!Modules.TryGetValue(module, out var present))
        {
            await using var python = ChildProcess.Start(Interpreter, ["-c", $"import {module}"]);
            await python.WaitForExitAsync(cancellationToken);
            present = Modules[module] = python.ExitCode == 0;
        }

        return present ? Interpreter : throw Programs.Skip($"{module} is missing: apt-get install {debian}");
    }

    /// <summary>Path of a script that lies beside the tests, below the folder "servers".</summary>
    public static string Script(string source) => Path.Combine(AppContext.BaseDirectory, "servers", source);
}
