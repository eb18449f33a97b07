using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using PixieOrleans.Grains.Interfaces.Nodes;
using PixieOrleans.Grains.Interfaces.Queries;
using PixieOrleans.Grains.Tests.Clusters;
using PixieOrleans.Model;

namespace PixieOrleans.Grains.Tests.Queries;

/// <summary>The parts of an answer, with rows as texts "a|b|c".</summary>
internal sealed class Answer
{
    private int _rowCount;

    public QueryStarted? Started { get; private set; }

    public List<string> Rows { get; } = [];

    public QueryExplanation? Explanation { get; private set; }

    public QueryPart? End { get; private set; }

    public QuerySummary Summary => Assert.IsType<QuerySummary>(End);

    public NodeCompleteness Node(string name) => Assert.Single(Summary.Nodes, n => n.Node == name);

    /// <summary>Reads all parts.</summary>
    public static async Task<Answer> ReadAsync(NodeCluster cluster, IAsyncEnumerable<QueryPart> parts)
    {
        var reader = cluster.Services("node-a").GetRequiredService<IRowBlockReader>();
        var answer = new Answer();
        await foreach (var part in parts)
        {
            answer.Add(part, reader);
        }

        return answer;
    }

    /// <summary>Rows so far, for another thread than the reader's.</summary>
    public int RowCount => Volatile.Read(ref _rowCount);

    /// <summary>Adds one part.</summary>
    public void Add(QueryPart part, IRowBlockReader reader)
    {
        Assert.Null(End);
        switch (part)
        {
            case QueryStarted started:
                Started = started;
                break;
            case QueryBlock block:
                var before = Rows.Count;
                reader.Read(block.Block, Started!.Tables[block.Table].Columns, new TextRows(Rows));
                Assert.Equal(block.Rows, Rows.Count - before);
                Volatile.Write(ref _rowCount, Rows.Count);
                break;
            case QueryExplanation explanation:
                Explanation = explanation;
                break;
            default:
                End = part;
                break;
        }
    }

    private sealed class TextRows(List<string> rows) : IRowWriter
    {
        private readonly List<string> _cells = [];

        public void WriteBoolean(bool value) => _cells.Add(value ? "true" : "false");

        public void WriteInt64(long value) => _cells.Add(value.ToString(CultureInfo.InvariantCulture));

        public void WriteUInt128(UInt128 value) => _cells.Add(value.ToString(CultureInfo.InvariantCulture));

        public void WriteFloat64(double value) => _cells.Add(value.ToString(CultureInfo.InvariantCulture));

        public void WriteString(ReadOnlySpan<byte> utf8) => _cells.Add(Encoding.UTF8.GetString(utf8));

        public void EndRow()
        {
            rows.Add(string.Join('|', _cells));
            _cells.Clear();
        }
    }
}
