using System.Text;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.NodeProbe.Tests.Sockets.Ingest;

/// <summary>
/// A protocol of single words, one per event: every payload becomes a row. The words FAIL, END and THROW do what
/// they say; HOLD keeps 1,000 bytes until the end; CLIENT and SERVER tell the role.
/// </summary>
internal sealed class WordProtocol : ProtocolDefinition
{
    public static readonly TableSchema Schema = new("words", "", [
        new ColumnSchema("time_", DataType.Time64Ns),
        new ColumnSchema("upid", DataType.UInt128),
        new ColumnSchema("remote_addr", DataType.String),
        new ColumnSchema("trace_role", DataType.Int64),
        new ColumnSchema("word", DataType.String),
    ]);

    public override Protocol Protocol => Protocol.Http;

    public override TableSchema Table => Schema;

    public override IProtocolSession CreateSession(SessionContext context) => new Session(context);

    private sealed class Session(SessionContext context) : IProtocolSession
    {
        private const string CloseWord = "(close)";

        public SessionState State { get; private set; } = SessionState.Active;

        public long RetainedBytes { get; private set; }

        public void OnData(Direction direction, ulong position, long timeNs, ReadOnlySpan<byte> payload)
        {
            context.Counters.PayloadBytes += payload.Length;
            context.Role = payload.SequenceEqual("CLIENT"u8) ? Role.Client
                : payload.SequenceEqual("SERVER"u8) ? Role.Server : context.Role;
            State = payload.SequenceEqual("FAIL"u8) ? SessionState.Failed
                : payload.SequenceEqual("END"u8) ? SessionState.EndOfStream : State;
            RetainedBytes += payload.SequenceEqual("HOLD"u8) ? 1000 : 0;
            if (payload.SequenceEqual("THROW"u8))
            {
                throw new InvalidOperationException("a defect");
            }

            Write(timeNs, payload);
        }

        public void OnClose(long timeNs, ulong sentBytes, ulong receivedBytes) =>
            Write(timeNs, Encoding.UTF8.GetBytes($"{CloseWord} {sentBytes} {receivedBytes}{Kind}"));

        public void OnTick(long nowNs) => context.Counters.Frames++;

        public void Dispose() => RetainedBytes = 0;

        private string Kind => context.Midstream ? " midstream" : context.IsDatagram ? " datagram" : "";

        private void Write(long timeNs, ReadOnlySpan<byte> word)
        {
            Span<byte> address = stackalloc byte[Endpoint.MaxAddressTextBytes];
            context.Counters.Records++;
            context.Rows.WriteInt64(timeNs);
            context.Rows.WriteUInt128(context.Id.Upid.ToUInt128());
            context.Rows.WriteString(address[..context.Remote.FormatAddress(address)]);
            context.Rows.WriteInt64((long)context.Role);
            context.Rows.WriteString(word);
            context.Rows.EndRow();
        }
    }
}
