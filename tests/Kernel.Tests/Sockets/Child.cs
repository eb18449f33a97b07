using System.Diagnostics;
using System.Text.Json;

namespace PixieOrleans.Kernel.Tests.Sockets;

/// <summary>
/// A python process that makes system calls on real sockets; the tests' own process is never traced. What the
/// script passes to report() comes back as <see cref="Facts"/>.
/// </summary>
internal sealed class Child : IDisposable
{
    private const string Prelude =
        """
        import array, ctypes, json, os, select, socket, struct, sys, threading
        libc = ctypes.CDLL(None, use_errno=True)
        facts = {}
        def report(**known): facts.update(known)
        def finish():
            print(json.dumps(facts), flush=True)
        def listen(family=socket.AF_INET, host='127.0.0.1'):
            s = socket.socket(family); s.bind((host, 0)); s.listen(64); return s
        def pair(family=socket.AF_INET, host='127.0.0.1'):
            s = listen(family, host)
            c = socket.socket(family); c.connect(s.getsockname()[:2]); a, _ = s.accept(); s.close()
            report(client=c.fileno(), server=a.fileno(), client_port=c.getsockname()[1], server_port=a.getsockname()[1])
            return c, a
        def wait_for_go():
            print('ready', flush=True); sys.stdin.readline()
        class iovec(ctypes.Structure):
            _fields_ = [('base', ctypes.c_void_p), ('len', ctypes.c_size_t)]
        class msghdr(ctypes.Structure):
            _fields_ = [('name', ctypes.c_void_p), ('namelen', ctypes.c_uint), ('iov', ctypes.c_void_p),
                        ('iovlen', ctypes.c_size_t), ('control', ctypes.c_void_p), ('controllen', ctypes.c_size_t),
                        ('flags', ctypes.c_int)]
        class mmsghdr(ctypes.Structure):
            _fields_ = [('hdr', msghdr), ('len', ctypes.c_uint)]
        def messages(buffers, keep=[]):
            m = (mmsghdr * len(buffers))()
            for i, b in enumerate(buffers):
                v = (iovec * 1)(iovec(ctypes.addressof(b), len(b)))
                m[i].hdr.iov = ctypes.addressof(v); m[i].hdr.iovlen = 1
                keep.append((b, v))
            return m
        """;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    private Child(string script)
    {
        var start = new ProcessStartInfo("/usr/bin/python3")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"{Prelude}\n{script}\nfinish()");
        _process = Process.Start(start)!;
    }

    /// <summary>Its thread group id.</summary>
    public uint Tgid => (uint)_process.Id;

    /// <summary>What the script reported.</summary>
    public JsonElement Facts { get; private set; }

    /// <summary>Runs a script to its end.</summary>
    public static Child Run(string script)
    {
        var child = new Child(script);
        child.Finish();
        return child;
    }

    /// <summary>Starts a script and waits until it calls wait_for_go().</summary>
    public static Child StartAndWait(string script)
    {
        var child = new Child(script);
        Assert.Equal("ready", child._process.StandardOutput.ReadLine());
        return child;
    }

    /// <summary>Lets the script go on to its end.</summary>
    public void Go()
    {
        _process.StandardInput.WriteLine();
        _process.StandardInput.Flush();
        Finish();
    }

    /// <summary>A number that the script reported.</summary>
    public int Number(string name) => Facts.GetProperty(name).GetInt32();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private void Finish()
    {
        var lastLine = _process.StandardOutput.ReadToEnd().Trim().Split('\n')[^1];
        Assert.True(_process.WaitForExit(Deadline), "the child did not end");
        Assert.True(_process.ExitCode == 0, _process.StandardError.ReadToEnd());
        Facts = JsonDocument.Parse(lastLine).RootElement;
    }
}
