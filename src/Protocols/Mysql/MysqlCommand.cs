namespace PixieOrleans.Protocols.Mysql;

/// <summary>First byte of a request.</summary>
internal enum MysqlCommand : byte
{
    /// <summary>Ends the connection.</summary>
    Quit = 1,

    /// <summary>Changes the schema.</summary>
    InitDb = 2,

    /// <summary>Statements as text.</summary>
    Query = 3,

    /// <summary>Columns of a table.</summary>
    FieldList = 4,

    /// <summary>Makes a schema.</summary>
    CreateDb = 5,

    /// <summary>Removes a schema.</summary>
    DropDb = 6,

    /// <summary>Flushes tables, logs or caches.</summary>
    Refresh = 7,

    /// <summary>Stops the server.</summary>
    Shutdown = 8,

    /// <summary>A line about the server.</summary>
    Statistics = 9,

    /// <summary>The running statements.</summary>
    ProcessInfo = 10,

    /// <summary>Ends another connection.</summary>
    ProcessKill = 12,

    /// <summary>Writes information to the server's log.</summary>
    Debug = 13,

    /// <summary>Are you there.</summary>
    Ping = 14,

    /// <summary>Logs in again as somebody else.</summary>
    ChangeUser = 17,

    /// <summary>The log of changes, from now on.</summary>
    BinlogDump = 18,

    /// <summary>A table, to a replica of old versions.</summary>
    TableDump = 19,

    /// <summary>A replica introduces itself.</summary>
    RegisterReplica = 21,

    /// <summary>Prepares a statement.</summary>
    StmtPrepare = 22,

    /// <summary>Runs a prepared statement.</summary>
    StmtExecute = 23,

    /// <summary>A piece of a parameter; has no answer.</summary>
    StmtSendLongData = 24,

    /// <summary>Forgets a prepared statement; has no answer.</summary>
    StmtClose = 25,

    /// <summary>Forgets the long parameters and the cursor of a prepared statement.</summary>
    StmtReset = 26,

    /// <summary>Allows or forbids several statements in a query.</summary>
    SetOption = 27,

    /// <summary>Rows of a cursor.</summary>
    StmtFetch = 28,

    /// <summary>The log of changes, by transaction numbers.</summary>
    BinlogDumpGtid = 30,

    /// <summary>Makes the session as good as new.</summary>
    ResetConnection = 31,

    /// <summary>A copy of the server, as a stream.</summary>
    Clone = 32,

    /// <summary>Messages of a group of servers, as a stream.</summary>
    SubscribeGroup = 33,

    /// <summary>Runs a prepared statement for many rows of parameters (MariaDB).</summary>
    StmtBulkExecute = 0xfa,
}

/// <summary>What answers a command.</summary>
internal enum MysqlAnswer : byte
{
    /// <summary>Not a command that a client sends.</summary>
    NotACommand,

    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>One packet: OK, EOF or ERR.</summary>
    Status,

    /// <summary>One packet of text, or ERR.</summary>
    Text,

    /// <summary>Results: sets of rows, OK, ERR, or the wish for a file of the client.</summary>
    Results,

    /// <summary>Column definitions up to EOF.</summary>
    Fields,

    /// <summary>Rows up to EOF.</summary>
    Rows,

    /// <summary>Number and parameters of a prepared statement.</summary>
    Prepared,

    /// <summary>A login: packets of both sides up to OK or ERR.</summary>
    Login,

    /// <summary>Packets without end, or ERR.</summary>
    Stream,
}

/// <summary>What a request looks like and what answers it.</summary>
/// <param name="Answer">What answers it.</param>
/// <param name="MinBytes">Least bytes of its payload, the command's byte included.</param>
/// <param name="MaxBytes">Most bytes of it.</param>
/// <param name="HasText">Whether the text of the request follows the command's byte.</param>
internal readonly record struct MysqlCommandRule(MysqlAnswer Answer, int MinBytes, int MaxBytes, bool HasText = false)
{
    /// <summary>Whether a payload of this length can be the command.</summary>
    public bool Allows(int length) => Answer != MysqlAnswer.NotACommand && length >= MinBytes && length <= MaxBytes;
}

/// <summary>The commands. Source: MySQL internals, "Command Phase"; MariaDB, "Client/Server Protocol".</summary>
internal static class MysqlCommands
{
    private const int NameBytes = 4 * 64 + 1; // the longest name of a schema in UTF-8
    private const int AnyBytes = MysqlPacket.MaxPayload;

    private static readonly MysqlCommandRule[] Rules = Build();

    /// <summary>The rule of a command; that of no command when the byte means none.</summary>
    public static MysqlCommandRule Rule(byte command) => Rules[command];

    private static MysqlCommandRule[] Build()
    {
        var rules = new MysqlCommandRule[byte.MaxValue + 1];
        Add(MysqlCommand.Quit, new(MysqlAnswer.Nothing, 1, 1));
        Add(MysqlCommand.InitDb, new(MysqlAnswer.Status, 2, NameBytes, HasText: true));
        Add(MysqlCommand.Query, new(MysqlAnswer.Results, 1, AnyBytes, HasText: true));
        Add(MysqlCommand.FieldList, new(MysqlAnswer.Fields, 2, 2 * NameBytes, HasText: true));
        Add(MysqlCommand.CreateDb, new(MysqlAnswer.Status, 2, NameBytes, HasText: true));
        Add(MysqlCommand.DropDb, new(MysqlAnswer.Status, 2, NameBytes, HasText: true));
        Add(MysqlCommand.Refresh, new(MysqlAnswer.Status, 2, 2));
        Add(MysqlCommand.Shutdown, new(MysqlAnswer.Status, 1, 2));
        Add(MysqlCommand.Statistics, new(MysqlAnswer.Text, 1, 1));
        Add(MysqlCommand.ProcessInfo, new(MysqlAnswer.Results, 1, 1));
        Add(MysqlCommand.ProcessKill, new(MysqlAnswer.Status, 5, 5));
        Add(MysqlCommand.Debug, new(MysqlAnswer.Status, 1, 1));
        Add(MysqlCommand.Ping, new(MysqlAnswer.Status, 1, 1));
        Add(MysqlCommand.ChangeUser, new(MysqlAnswer.Login, 4, 64 << 10));
        Add(MysqlCommand.BinlogDump, new(MysqlAnswer.Stream, 11, 4096));
        Add(MysqlCommand.TableDump, new(MysqlAnswer.Stream, 3, 2 * NameBytes));
        Add(MysqlCommand.RegisterReplica, new(MysqlAnswer.Status, 18, 4096));
        Add(MysqlCommand.StmtPrepare, new(MysqlAnswer.Prepared, 2, AnyBytes, HasText: true));
        Add(MysqlCommand.StmtExecute, new(MysqlAnswer.Results, 10, AnyBytes));
        Add(MysqlCommand.StmtSendLongData, new(MysqlAnswer.Nothing, 7, AnyBytes));
        Add(MysqlCommand.StmtClose, new(MysqlAnswer.Nothing, 5, 5));
        Add(MysqlCommand.StmtReset, new(MysqlAnswer.Status, 5, 5));
        Add(MysqlCommand.SetOption, new(MysqlAnswer.Status, 3, 3));
        Add(MysqlCommand.StmtFetch, new(MysqlAnswer.Rows, 9, 9));
        Add(MysqlCommand.BinlogDumpGtid, new(MysqlAnswer.Stream, 19, AnyBytes));
        Add(MysqlCommand.ResetConnection, new(MysqlAnswer.Status, 1, 1));
        Add(MysqlCommand.Clone, new(MysqlAnswer.Stream, 1, 1));
        Add(MysqlCommand.SubscribeGroup, new(MysqlAnswer.Stream, 1, 4096));
        Add(MysqlCommand.StmtBulkExecute, new(MysqlAnswer.Results, 7, AnyBytes));
        return rules;

        void Add(MysqlCommand command, MysqlCommandRule rule) => rules[(byte)command] = rule;
    }
}
