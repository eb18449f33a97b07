using System.Buffers.Binary;

namespace PixieOrleans.NodeProbe.Runtimes;

/// <summary>Finds methods among the events of a trace.</summary>
/// <remarks>
/// The events MethodLoadVerbose (143) of the runtime and MethodDCEndVerbose (144) of its rundown begin alike in all
/// versions: uint64 method, uint64 module, uint64 start, uint32 bytes, uint32 token, uint32 flags, then the texts type,
/// name, signature. Source: dotnet/runtime, src/coreclr/vm/ClrEtwAll.man.
/// </remarks>
internal sealed class MethodEvents(IMethodConsumer consumer) : ITraceConsumer
{
    /// <summary>The provider of the runtime.</summary>
    public const string Runtime = "Microsoft-Windows-DotNETRuntime";

    private const string Rundown = Runtime + "Rundown";
    private const int Loaded = 143;
    private const int ListedAtEnd = 144;
    private const int IdsBytes = 16;
    private const int TokenAndFlagsBytes = 8;
    private const int MaxKinds = 64; // one for each version of an event

    private readonly HashSet<int> _kinds = [];

    /// <inheritdoc/>
    public void OnKind(in TraceEventKind kind)
    {
        var isWanted = (kind.Id == Loaded && kind.Provider.SequenceEqual(Runtime))
            || (kind.Id == ListedAtEnd && kind.Provider.SequenceEqual(Rundown));
        if (isWanted && _kinds.Count < MaxKinds)
        {
            _kinds.Add(kind.Number);
        }
    }

    /// <inheritdoc/>
    public void OnEvent(int kind, ReadOnlySpan<byte> payload)
    {
        if (!_kinds.Contains(kind))
        {
            return;
        }

        var reader = new BytesReader(payload);
        if (!reader.TryBytes(IdsBytes, out _) || !reader.TryBytes(sizeof(ulong), out var start)
            || !reader.TryInt32(out var bytes) || !reader.TryBytes(TokenAndFlagsBytes, out _)
            || !reader.TryText(out var type) || !reader.TryText(out var name) || !reader.TryText(out var signature))
        {
            throw NetTraceBlock.Broken("method");
        }

        consumer.OnMethod(BinaryPrimitives.ReadUInt64LittleEndian(start), (uint)bytes, type, name, signature);
    }
}
