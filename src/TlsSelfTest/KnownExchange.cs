namespace PixieOrleans.TlsSelfTest;

/// <summary>Two TLS objects that talk with each other over memory: what each call moves is known.</summary>
internal static class KnownExchange
{
    private const int MaxRounds = 16; // of a handshake: two in TLS 1.2
    private const int BufferBytes = 4096; // above every text

    /// <summary>A function that moves plaintext; returns the bytes that it moved, or less than 1.</summary>
    internal unsafe delegate int Move(nint tls, byte* buffer, int bytes);

    /// <summary>One direction of a kind of functions, with its name.</summary>
    internal sealed record Function(string Name, Move Move);

    /// <summary>A pair of functions; each moves texts of its own length.</summary>
    internal sealed record Pair(Function Write, Function Read);

    /// <summary>Two ends that are connected with each other.</summary>
    internal interface IEnds
    {
        /// <summary>The client's object.</summary>
        nint Client { get; }

        /// <summary>The server's object.</summary>
        nint Server { get; }

        /// <summary>Functions that move plaintext, the plain ones first.</summary>
        IEnumerable<Pair> Pairs { get; }

        /// <summary>Name of the function that makes handshakes.</summary>
        string HandshakeName { get; }

        /// <summary>Goes on with a handshake; true when it is over.</summary>
        bool Handshake(nint tls);
    }

    /// <summary>Makes the exchange and tells the silo of each kind of calls.</summary>
    /// <param name="kind">"OpenSsl" or "GnuTls".</param>
    /// <param name="library">The library.</param>
    public static void Run(string kind, TlsLibrary library)
    {
        IEnds ends = kind switch
        {
            "OpenSsl" => new OpenSslEnds(library),
            "GnuTls" => new GnuTlsEnds(library),
            _ => throw new ArgumentException($"There is no exchange '{kind}'."),
        };
        Connect(ends);
        Dialogue.Tell($"call {ends.HandshakeName} 0 0");
        foreach (var (index, pair) in ends.Pairs.Index())
        {
            var (asked, answered) = (Text(1117 + (100 * index)), Text(613 + (100 * index)));
            Write(pair.Write, ends.Client, asked);
            Write(pair.Write, ends.Server, answered);
            Dialogue.Tell($"call {pair.Write.Name} 2 {asked.Length + answered.Length}");
            Read(pair.Read, ends.Server, asked);
            Read(pair.Read, ends.Client, answered);
            Read(pair.Read, ends.Client, []); // nothing is left: this call does not count
            Dialogue.Tell($"call {pair.Read.Name} 2 {asked.Length + answered.Length}");
        }
    }

    private static void Connect(IEnds ends)
    {
        var (client, server) = (false, false);
        for (var round = 0; round < MaxRounds && !(client && server); round++)
        {
            client = client || ends.Handshake(ends.Client); // one that is over would begin anew in GnuTLS
            server = server || ends.Handshake(ends.Server);
        }

        if (client && server)
        {
            return;
        }

        throw new InvalidOperationException("The library makes no handshake with a key of ours (PSK, anonymous).");
    }

    private static unsafe void Write(Function function, nint tls, byte[] text)
    {
        fixed (byte* first = text)
        {
            Check(function, function.Move(tls, first, text.Length), text.Length);
        }
    }

    private static unsafe void Read(Function function, nint tls, byte[] expected)
    {
        var buffer = stackalloc byte[BufferBytes];
        var moved = Math.Max(0, function.Move(tls, buffer, BufferBytes));
        Check(function, moved, expected.Length);
        if (!new ReadOnlySpan<byte>(buffer, moved).SequenceEqual(expected))
        {
            throw new InvalidOperationException($"{function.Name} gave other bytes than were written.");
        }
    }

    private static void Check(Function function, int moved, int expected)
    {
        if (moved != expected)
        {
            throw new InvalidOperationException($"{function.Name} moved {moved} bytes instead of {expected}.");
        }
    }

    private static byte[] Text(int bytes)
    {
        var text = new byte[bytes];
        for (var i = 0; i < bytes; i++)
        {
            text[i] = (byte)i;
        }

        return text;
    }
}
