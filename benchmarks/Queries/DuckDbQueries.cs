using System.Text;
using DuckDB.NET.Data;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Bench.Queries;

/// <summary>The same rows in an in-memory DuckDB.</summary>
internal sealed class DuckDbQueries : IDisposable
{
    private readonly DuckDBConnection _connection = new("DataSource=:memory:");

    public DuckDbQueries(HttpRows rows)
    {
        _connection.Open();
        Execute("SET threads = 1");
        Execute(
            "CREATE TABLE part "
            + "(time_ BIGINT, service VARCHAR, req_path VARCHAR, resp_status BIGINT, latency BIGINT, "
            + "req_headers VARCHAR)");
        Load(rows);
        Execute($"CREATE TABLE http_events AS SELECT part.* FROM range({HttpRows.Repeats}), part");
        Execute("DROP TABLE part");
        Execute("CREATE TABLE owners (name VARCHAR, team VARCHAR)");
        using var appender = _connection.CreateAppender("owners");
        for (var i = 0; i < rows.Owners.Rows; i++)
        {
            appender.CreateRow().AppendValue(Text(rows.Owners, 0, i)).AppendValue(Text(rows.Owners, 1, i)).EndRow();
        }
    }

    /// <summary>How many threads a query may use.</summary>
    public void UseThreads(int threads) => Execute($"SET threads = {threads}");

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
                    .AppendValue(Text(batch, 1, i))
                    .AppendValue(Text(batch, 2, i))
                    .AppendValue(((Int64Column)batch.Columns[3]).Values[i])
                    .AppendValue(((Int64Column)batch.Columns[4]).Values[i])
                    .AppendValue(Text(batch, 5, i))
                    .EndRow();
            }
        }
    }

    private static string Text(RowBatch batch, int column, int row) =>
        Encoding.UTF8.GetString(((StringColumn)batch.Columns[column]).GetUtf8(row));
}
