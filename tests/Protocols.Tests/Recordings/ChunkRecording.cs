using PixieOrleans.Model;

namespace PixieOrleans.Protocols.Tests.Recordings;

/// <summary>Connections of real peers, as a recorder in Fixtures noted them, seen from the server.</summary>
internal sealed record ChunkRecording(IReadOnlyList<IReadOnlyList<RecordedChunk>> Connections)
{
    /// <summary>Reads Fixtures/NAME.txt.</summary>
    public static ChunkRecording Read(string name)
    {
        var connections = new List<IReadOnlyList<RecordedChunk>>();
        List<RecordedChunk> chunks = [];
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Fixtures", $"{name}.txt")))
        {
            if (line == "=")
            {
                chunks = [];
                connections.Add(chunks);
            }
            else if (line[0] != '#')
            {
                var direction = line[0] == '>' ? Direction.Ingress : Direction.Egress;
                chunks.Add(new RecordedChunk(direction, Convert.FromBase64String(line[2..])));
            }
        }

        return new ChunkRecording(connections);
    }

    /// <summary>All bytes of one connection and direction.</summary>
    public static byte[] Bytes(IEnumerable<RecordedChunk> chunks, Direction direction) =>
        [.. chunks.Where(chunk => chunk.Direction == direction).SelectMany(chunk => chunk.Bytes)];
}

/// <summary>What one call moved.</summary>
internal sealed record RecordedChunk(Direction Direction, byte[] Bytes);
