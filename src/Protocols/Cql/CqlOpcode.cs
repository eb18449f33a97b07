namespace PixieOrleans.Protocols.Cql;

/// <summary>What a message of CQL is. Source: native_protocol_v5.spec, section "opcode".</summary>
internal enum CqlOpcode : byte
{
    /// <summary>Answer: the request failed.</summary>
    Error = 0,

    /// <summary>Begins the connection.</summary>
    Startup = 1,

    /// <summary>Answer: the connection takes queries.</summary>
    Ready = 2,

    /// <summary>Answer: credentials are wanted.</summary>
    Authenticate = 3,

    /// <summary>Asks what the server can do.</summary>
    Options = 5,

    /// <summary>Answer: what the server can do.</summary>
    Supported = 6,

    /// <summary>A query.</summary>
    Query = 7,

    /// <summary>Answer: the result.</summary>
    Result = 8,

    /// <summary>Prepares a query.</summary>
    Prepare = 9,

    /// <summary>Executes a prepared query.</summary>
    Execute = 10,

    /// <summary>Asks for events.</summary>
    Register = 11,

    /// <summary>Event; sent without being asked.</summary>
    Event = 12,

    /// <summary>Several queries as one.</summary>
    Batch = 13,

    /// <summary>Answer: the log-in goes on.</summary>
    AuthChallenge = 14,

    /// <summary>Credentials.</summary>
    AuthResponse = 15,

    /// <summary>Answer: the log-in succeeded.</summary>
    AuthSuccess = 16,
}

/// <summary>Which opcode goes which way, and which answer belongs to which request.</summary>
internal static class CqlOpcodes
{
    // Indexed by opcode: a bit per answer, 0 for what is no request.
    private static readonly uint[] Answers =
    [
        0,
        Bits(CqlOpcode.Ready, CqlOpcode.Authenticate),
        0,
        0,
        0,
        Bits(CqlOpcode.Supported),
        0,
        Bits(CqlOpcode.Result),
        0,
        Bits(CqlOpcode.Result),
        Bits(CqlOpcode.Result),
        Bits(CqlOpcode.Ready),
        0,
        Bits(CqlOpcode.Result),
        0,
        Bits(CqlOpcode.AuthChallenge, CqlOpcode.AuthSuccess),
        0,
    ];

    private static readonly uint Responses = Answers.Aggregate((all, some) => all | some) | Bits(CqlOpcode.Event);

    /// <summary>Whether a client sends it.</summary>
    public static bool IsRequest(byte opcode) => opcode < Answers.Length && Answers[opcode] != 0;

    /// <summary>Whether a server sends it.</summary>
    public static bool IsResponse(byte opcode) => opcode < Answers.Length && (Responses >> opcode & 1) != 0;

    /// <summary>Whether a server may answer so.</summary>
    public static bool Answer(CqlOpcode request, CqlOpcode response) =>
        (Answers[(int)request] >> (int)response & 1) != 0;

    private static uint Bits(params ReadOnlySpan<CqlOpcode> answers)
    {
        var bits = 1U << (int)CqlOpcode.Error;
        foreach (var answer in answers)
        {
            bits |= 1U << (int)answer;
        }

        return bits;
    }
}
