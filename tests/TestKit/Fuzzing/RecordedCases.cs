using System.Buffers.Binary;
using PixieOrleans.Model;
using PixieOrleans.TestKit.Recordings;

namespace PixieOrleans.TestKit.Fuzzing;

/// <summary>Cases from the recorded connections of a protocol.</summary>
public static class RecordedCases
{
    private const int MaxCaseBytes = 48 << 10; // of one case
    private const int MaxChunkBytes = 4 << 10; // of a call; the rest passes unseen, as it does for a real tracer

    /// <summary>The connections of all recordings, seen by the server, their beginnings when they are long.</summary>
    public static List<SessionCase> Read(Protocol protocol)
    {
        var cases = new List<SessionCase>();
        foreach (var name in Recording.Names(protocol.ToString().ToLowerInvariant()))
        {
            cases.AddRange(
                from connection in Recording.Read(name)
                where connection.Count > 0
                select new SessionCase
                {
                    Protocol = protocol,
                    IsDatagram = protocol == Protocol.Dns && !HasLength(connection[0].Bytes),
                    Steps = [.. Bound(connection)],
                });
        }

        return cases;
    }

    // Over TCP, the length of the message comes first.
    private static bool HasLength(byte[] chunk) =>
        chunk.Length > sizeof(ushort) && BinaryPrimitives.ReadUInt16BigEndian(chunk) <= chunk.Length - sizeof(ushort);

    private static IEnumerable<SessionStep> Bound(IEnumerable<RecordedChunk> chunks)
    {
        var bytes = 0;
        foreach (var chunk in chunks)
        {
            var missing = chunk.Bytes.Length - MaxChunkBytes;
            if ((bytes += Math.Min(chunk.Bytes.Length, MaxChunkBytes)) > MaxCaseBytes)
            {
                yield break;
            }

            yield return SessionStep.Data(chunk.Direction, missing > 0 ? chunk.Bytes[..MaxChunkBytes] : chunk.Bytes);
            if (missing > 0)
            {
                yield return SessionStep.Move(chunk.Direction, missing);
            }
        }
    }
}
