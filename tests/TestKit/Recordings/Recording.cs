using PixieOrleans.Model;

namespace PixieOrleans.TestKit.Recordings;

/// <summary>
/// Bytes between real peers: the files tests/Protocols.Tests/Fixtures/PROTOCOL/NAME.txt, made by the recorders beside
/// them.
/// </summary>
/// <remarks>
/// A line "= …" begins a connection, "&gt; base64" is what one call brought the server, "&lt; base64" what it
/// answered, "#" tells the origin.
/// </remarks>
public static class Recording
{
    private const string Folder = "tests/Protocols.Tests/Fixtures";

    /// <summary>The connections of a recording such as "pgsql/psql": chunks in the order seen by the server.</summary>
    /// <exception cref="FileNotFoundException">There is none of that name.</exception>
    public static IReadOnlyList<IReadOnlyList<RecordedChunk>> Read(string name)
    {
        var connections = new List<List<RecordedChunk>>();
        var path = SourceTree.Find($"{Folder}/{name}.txt") ?? throw new FileNotFoundException($"{Folder}/{name}.txt");
        foreach (var line in File.ReadLines(path))
        {
            switch (line[0])
            {
                case '=':
                    connections.Add([]);
                    break;
                case '>' or '<':
                    var direction = line[0] == '>' ? Direction.Ingress : Direction.Egress;
                    connections[^1].Add(new RecordedChunk(direction, Convert.FromBase64String(line[2..])));
                    break;
            }
        }

        return connections;
    }

    /// <summary>Names of the recordings of a protocol, such as "pgsql/psql"; none when nothing was recorded.</summary>
    public static IReadOnlyList<string> Names(string protocol) =>
        SourceTree.Find($"{Folder}/{protocol}") is not { } folder ? []
            : [.. Directory.EnumerateFiles(folder, "*.txt")
                .Select(file => Path.GetFileNameWithoutExtension(file))
                .Where(name => !name.EndsWith(".rows", StringComparison.Ordinal)) // expected rows lie beside some
                .Order(StringComparer.Ordinal)
                .Select(name => $"{protocol}/{name}")];

    /// <summary>All bytes of one connection and direction.</summary>
    public static byte[] Bytes(IEnumerable<RecordedChunk> connection, Direction direction) =>
        [.. connection.Where(chunk => chunk.Direction == direction).SelectMany(chunk => chunk.Bytes)];
}

/// <summary>What one call moved.</summary>
/// <param name="Direction">As the server sees it.</param>
/// <param name="Bytes">Its bytes.</param>
public sealed record RecordedChunk(Direction Direction, byte[] Bytes);
