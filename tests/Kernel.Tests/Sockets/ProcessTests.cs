using PixieOrleans.NodeProbe.Sockets;

namespace PixieOrleans.Kernel.Tests.Sockets;

/// <summary>fork, exec and exit.</summary>
public sealed class ProcessTests(OpenProbe open) : IClassFixture<OpenProbe>
{
    [Fact]
    public void ForkedChild_GoesOnWithTheConnection()
    {
        var (child, events) = open.Trace("""
            s = listen(); c = socket.create_connection(s.getsockname()); a, _ = s.accept()
            pid = os.fork()
            if pid == 0:
                a.send(b'from the child'); os._exit(0)
            a.close(); os.waitpid(pid, 0)
            report(server=a.fileno() if a.fileno() >= 0 else 5, worker=pid)
            """);

        var worker = Assert.Single(events.Of((uint)child.Number("worker")));
        Assert.Equal("from the child"u8, worker.Bytes(EventRecorder.Egress));
        Assert.Equal(2, worker.Open.Role);
        Assert.Equal(ConnectionFlags.None, worker.Open.Flags);
        Assert.Equal(14UL, worker.Close.BytesSent);
    }

    [Fact]
    public void Exit_WithoutClose_EndsAllConnections()
    {
        var (child, events) = open.Trace("""
            kept = [pair() for i in range(20)]
            finish(); os._exit(0)
            """);

        var connections = events.Of(child.Tgid);
        Assert.Equal(40, connections.Count);
        Assert.All(connections, c => Assert.True(c.IsClosed));
    }

    [Fact]
    public void Exec_EndsWhatItCloses_AndKeepsTheRest()
    {
        var (child, events) = open.Trace("""
            c, a = pair()
            c.send(b'before'); os.set_inheritable(a.fileno(), True)
            code = 'import os; os.read(%d, 100); print(%r)' % (a.fileno(), json.dumps(facts))
            os.execv('/usr/bin/python3', ['python3', '-c', code])
            """);

        var client = events.Single(child.Tgid, child.Number("client"));
        var server = events.Single(child.Tgid, child.Number("server"));
        Assert.Equal("before"u8, server.Bytes(EventRecorder.Ingress));
        Assert.True(client.Close.Header.TimestampNs < server.Data.First().Data.Header.TimestampNs);
    }

    [Fact]
    public void ManyProcesses_LeaveNothingBehind()
    {
        var processes = Environment.GetEnvironmentVariable("VM_GUEST") == null ? 2000 : 100;

        var (_, events) = open.Trace($"""
            s = listen()
            for i in range({processes}):
                pid = os.fork()
                if pid == 0:
                    c = socket.create_connection(s.getsockname()); c.send(b'x'); os._exit(0)
                a, _ = s.accept(); a.close(); os.waitpid(pid, 0)
            """);

        Assert.NotNull(events);
        Assert.Equal(0, LiveOfEndedProcesses());
        Assert.Equal(0, open.Probe.Total(SocketProbeCounter.LostClose));
    }

    [Fact]
    public void OwnProcess_IsNeverTraced()
    {
        open.Probe.DrainAll();

        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        using var client = new System.Net.Sockets.TcpClient();
        client.Connect((System.Net.IPEndPoint)listener.LocalEndpoint);
        client.GetStream().Write("hello"u8);

        Assert.Empty(open.Probe.DrainAll().Of((uint)Environment.ProcessId));
    }

    [Fact]
    public void IoUring_IsNoticed()
    {
        var (child, _) = open.Trace("""
            params = ctypes.create_string_buffer(120)
            report(fd=libc.syscall(425, 8, params))
            """);

        Assert.SkipWhen(child.Number("fd") < 0, "io_uring_setup is refused here");
        Assert.Contains(child.Tgid, open.Probe.ReadIoUringProcesses());
    }

    /// <summary>Entries of processes that are gone; other processes of this machine have theirs.</summary>
    private int LiveOfEndedProcesses()
    {
        var connections = new List<ConnectionEvent>();
        open.Probe.SnapshotConnections(connections);
        return connections.Count(c => !Directory.Exists($"/proc/{c.Header.Connection.Tgid}"));
    }
}
