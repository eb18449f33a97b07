using PixieOrleans.NodeProbe.Processes;
using PixieOrleans.NodeProbe.Tests.Sources;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.NodeProbe.Tests.Processes;

public sealed class IoUringSourceTests
{
    // A ring without a library: three sends through a socket, two calls that do nothing.
    private const string Script =
        """
        import ctypes, mmap, os, signal, socket, struct
        libc = ctypes.CDLL(None, use_errno=True)
        params = ctypes.create_string_buffer(120)
        ring = libc.syscall(425, 8, params)
        if ring < 0: raise SystemExit('io_uring_setup: ' + os.strerror(ctypes.get_errno()))
        entries, = struct.unpack_from('<I', params, 0)
        head, tail, mask, count, flags, dropped, array = struct.unpack_from('<7I', params, 40)
        queue = mmap.mmap(ring, array + entries * 4, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE, offset=0)
        sqes = mmap.mmap(ring, entries * 64, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE, offset=0x10000000)
        a, b = socket.socketpair()
        text = ctypes.create_string_buffer(b'hello')
        def submit(op, fd=-1, address=0, length=0):
            at, = struct.unpack_from('<I', queue, tail)
            i = at & struct.unpack_from('<I', queue, mask)[0]
            sqes[i * 64:i * 64 + 64] = struct.pack('<BBHiQQI', op, 0, 0, fd, 0, address, length).ljust(64, b'\0')
            struct.pack_into('<I', queue, array + i * 4, i)
            struct.pack_into('<I', queue, tail, at + 1)
            if libc.syscall(426, ring, 1, 1, 1, 0, 0) != 1: raise OSError(ctypes.get_errno(), 'io_uring_enter')
        for i in range(3): submit(26, a.fileno(), ctypes.addressof(text), 5)
        for i in range(2): submit(0)
        assert b.recv(100) == b'hello' * 3
        print('ready', flush=True)
        signal.pause()
        """;

    [Fact]
    public async Task Rows_OfAProcessWithARing_CountItsCalls()
    {
        Programs.RequireRoot();
        using var fixture = new SourceFixture();
        using var source = new IoUringSource(fixture.Context);
        var start = source.Start();
        await using (var child = ChildProcess.Start(Programs.Require("python3", "python3"), ["-c", Script]))
        {
            await SourceFixture.Until(() =>
                child.Output.Contains("ready", StringComparison.Ordinal) || child.HasExited);
            SkipWithoutIoUring(child);

            source.Tick(fixture.Clock.NowNs);

            var row = Assert.Single(fixture.ReadOf(
                "io_uring_users", child.Id, "rings", "socket_calls", "other_calls"));
            var countsCalls = start.Hooks.Single(h => h.Syscall == "io_uring_submit_req").Attached;
            Assert.Equal(countsCalls ? [1, 3, 2] : [1, 0, 0], row);
            await child.KillAsync(TestContext.Current.CancellationToken);
        }

        var rows = fixture.Read("io_uring_users", "upid").Count;
        await SourceFixture.Until(() => // the list of processes is read anew after half a second
        {
            source.Tick(fixture.Clock.NowNs);
            var grown = fixture.Read("io_uring_users", "upid").Count;
            (var before, rows) = (rows, grown);
            return grown == before;
        });
    }

    private static void SkipWithoutIoUring(ChildProcess child)
    {
        if (child.HasExited)
        {
            throw Programs.Skip($"no io_uring here: {child.Output}");
        }
    }
}
