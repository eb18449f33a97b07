using DuckDB.NET.Data;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Bench.Queries;

/// <summary>The same rows in an in-memory DuckDB with one thread.</summary>
internal sealed class DuckDbQueries : IDisposable
{
    private readonly DuckDBConnection _connection = new("DataSource=:memory:");

    public DuckDbQueries(HttpRows rows)
    {
        _connection.Open();
        Execute("SET threads = 1");
        Execute(
            "CREATE TABLE part "
            + "(time_ BIGINT, service VARCHAR, req_path VARCHAR, resp_status BIGINT, latency BIGINT)");
        Load(rows);
        Execute($"CREATE TABLE http_events AS SELECT part.* FROM range({HttpRows.Repeats}), part");
        Execute("DROP TABLE part");
    }

    /// <summary>Runs a query and reads all its rows.</summary>
    public void Run(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
        }
    }

    public void Dispose() => _connection.Dispose();

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private void Load(HttpRows rows)
    {
        using var appender = _connection.CreateAppender("part");
        foreach (var batch in rows.Batches)
        {
            for (var i = 0; i < batch.Rows; i++)
            {
                appender.CreateRow()
                    .AppendValue(((Int64Column)batch.Columns[0]).Values[i])
                    .AppendValue(System.Text.Encoding.UTF8.GetString(((StringColumn)batch.Columns[1]).GetUtf8(i)))
                    .AppendValue(System.Text.Encoding.UTF8.GetString(((StringColumn)batch.Columns[2]).GetUtf8(i)))
                    .AppendValue(((Int64Column)batch.Columns[3]).Values[i])
                    .AppendValue(((Int64Column)batch.Columns[4]).Values[i])
                    .EndRow();
            }
        }
    }
}
