using PixieOrleans.Exec.Expressions;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Kernels.Requests.Sql;

/// <summary>normalize_mysql and normalize_pgsql; computes a statement of a dictionary once per command.</summary>
internal abstract class NormalizeExpression(
    SqlDialect dialect, StringExpression sql, CompiledExpression command, ExecutionOptions options)
    : StringExpression(sql, command)
{
    private const int Commands = 3; // members of SqlCommand

    private readonly SqlNormalizer _normalizer = new(dialect);
    private readonly StringArena _arena = new(options.MaxStringColumnBytes);
    private ScratchBuffer<SqlCommand> _commands;
    private ScratchBuffer<int> _codes; // by statement and command; -1 is unknown

    /// <inheritdoc/>
    public override StringColumn Evaluate(RowBatch batch)
    {
        var statements = sql.Evaluate(batch);
        var commands = _commands.Get(batch.Rows);
        ReadCommands(batch, commands);
        _arena.Start();
        if (statements is DictionaryStringColumn encoded)
        {
            return Encoded(encoded, commands);
        }

        for (var row = 0; row < batch.Rows; row++)
        {
            _normalizer.Write(statements.GetUtf8(row), commands[row], _arena);
            _arena.EndCell();
        }

        return _arena.ToColumn();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _arena.Dispose();
        _commands.Release();
        _codes.Release();
        base.Dispose();
    }

    /// <summary>Reads the command of every row.</summary>
    protected abstract void ReadCommands(RowBatch batch, Span<SqlCommand> commands);

    private DictionaryStringColumn Encoded(DictionaryStringColumn statements, ReadOnlySpan<SqlCommand> commands)
    {
        var known = _codes.Get(statements.Dictionary.Length * Commands);
        known.Fill(-1);
        var codes = new int[commands.Length];
        var count = 0;
        for (var row = 0; row < codes.Length; row++)
        {
            var statement = statements.Codes.Span[row];
            ref var code = ref known[(statement * Commands) + (int)commands[row]];
            if (code < 0)
            {
                _normalizer.Write(statements.Dictionary.GetUtf8(statement), commands[row], _arena);
                _arena.EndCell();
                code = count++;
            }

            codes[row] = code;
        }

        return new DictionaryStringColumn(codes, _arena.ToColumn());
    }
}

/// <summary>normalize_mysql; commands are the numbers of the protocol.</summary>
internal sealed class NormalizeMysqlExpression(
    StringExpression sql, FixedExpression<long> command, ExecutionOptions options)
    : NormalizeExpression(SqlDialect.MySql, sql, command, options)
{
    private const long ComQuery = 3;
    private const long ComStmtExecute = 23;

    /// <inheritdoc/>
    protected override void ReadCommands(RowBatch batch, Span<SqlCommand> commands)
    {
        var numbers = command.Evaluate(batch);
        for (var row = 0; row < commands.Length; row++)
        {
            commands[row] = numbers[row] switch
            {
                ComQuery => SqlCommand.Query,
                ComStmtExecute => SqlCommand.Execute,
                _ => SqlCommand.Other,
            };
        }
    }
}

/// <summary>normalize_pgsql; commands are the names that pgsql_events.req_cmd has.</summary>
internal sealed class NormalizePgsqlExpression(
    StringExpression sql, StringExpression command, ExecutionOptions options)
    : NormalizeExpression(SqlDialect.PostgreSql, sql, command, options)
{
    /// <inheritdoc/>
    protected override void ReadCommands(RowBatch batch, Span<SqlCommand> commands)
    {
        var names = command.Evaluate(batch);
        for (var row = 0; row < commands.Length; row++)
        {
            var name = names.GetUtf8(row);
            commands[row] = name.SequenceEqual("Query"u8) ? SqlCommand.Query
                : name.SequenceEqual("Execute"u8) ? SqlCommand.Execute
                : SqlCommand.Other;
        }
    }
}
