using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Bpf;
using PixieOrleans.NodeProbe.Sockets;
using PixieOrleans.NodeProbe.Sources;

namespace PixieOrleans.NodeProbe.Processes;

/// <summary>Source "io_uring_users": a row per period and running process that uses io_uring.</summary>
internal sealed class IoUringSource(SourceContext context) : ISource
{
    private const string MapName = "pxo_io_uring_users";
    private const string CreateProgram = "pxo_io_uring_create";
    private const ulong NsPerTick = 10_000_000;

    private readonly IRowWriter _rows = context.Rows(IoUringUsersTable.Schema.Name);
    private readonly List<uint> _users = [];
    private readonly List<IoUringUse> _uses = [];
    private BpfObject? _object;

    /// <summary>The source in the node's list.</summary>
    public static SourceEntry Entry { get; } = new(
        "io_uring_users",
        [IoUringUsersTable.Schema.Name],
        nameof(NodeProbeOptions.IoUringMs),
        static o => o.IoUringMs,
        static c => new IoUringSource(c));

    /// <inheritdoc/>
    public long Losses => 0;

    /// <inheritdoc/>
    public SourceStart Start()
    {
        var hooks = new List<HookReport>();
        try
        {
            _object = BpfObject.Open("iouring");
            _object.Load();
            foreach (var program in _object.Programs)
            {
                hooks.Add(RawHooks.Attach(_object, program, isOptional: program.Name != CreateProgram));
            }

            return new SourceStart { Hooks = hooks };
        }
        catch (Exception e) when (e is BpfException or DllNotFoundException)
        {
            throw new SourceException(e.Message, new SourceStart { Hooks = hooks });
        }
    }

    /// <inheritdoc/>
    public void Tick(long nowNs)
    {
        var map = new BpfMap<uint, IoUringUse>(_object!.MapFd(MapName), MapName);
        map.ReadAll(_users, _uses);
        if (_users.Count == 0)
        {
            return;
        }

        context.Processes.Refresh(nowNs);
        for (var i = 0; i < _users.Count; i++)
        {
            var (tgid, use) = (_users[i], _uses[i]);
            if (context.Processes.Find(tgid)?.StartTicks != use.StartNs / NsPerTick)
            {
                map.Remove(tgid);
                continue;
            }

            _rows.WriteInt64(nowNs);
            _rows.WriteUInt128(new Upid(context.Asid, tgid, use.StartNs / NsPerTick).ToUInt128());
            _rows.WriteInt64((long)use.Rings);
            _rows.WriteInt64((long)use.SocketCalls);
            _rows.WriteInt64((long)use.OtherCalls);
            _rows.EndRow();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _object?.Dispose();
}
