using PixieOrleans.Exec.Expressions;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Kernels.Requests.Paths;

/// <summary>_predict_request_path_cluster; reads a clustering once for all rows in a row that have it.</summary>
internal sealed class PredictPathExpression(
    StringExpression path, StringExpression clustering, ExecutionOptions options)
    : StringResultExpression(options, path, clustering)
{
    private byte[]? _known; // text of the clustering that was read last
    private RequestPathClusters? _clusters; // null when it is none

    /// <inheritdoc/>
    protected override void Write(RowBatch batch, StringArena arena)
    {
        var (paths, clusterings) = (path.Evaluate(batch), clustering.Evaluate(batch));
        for (var row = 0; row < batch.Rows; row++)
        {
            Know(clusterings.GetUtf8(row));
            if (_clusters is null)
            {
                arena.Append("not a clustering of request paths"u8);
            }
            else
            {
                arena.Append((byte)'/');
                arena.Append(_clusters.Predict(RequestPaths.Normalize(paths.GetUtf8(row))));
            }

            arena.EndCell();
        }
    }

    private void Know(ReadOnlySpan<byte> json)
    {
        if (_known is not null && json.SequenceEqual(_known))
        {
            return;
        }

        _known = json.ToArray();
        _clusters = null;
        try
        {
            var clusters = new RequestPathClusters(null);
            clusters.Load(RequestPathJson.Read(json));
            _clusters = clusters;
        }
        catch (FormatException)
        {
            // a value like any other: the result says so
        }
    }
}

/// <summary>_match_endpoint.</summary>
internal readonly struct PathMatches : IStringPredicate
{
    /// <inheritdoc/>
    public static bool Apply(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        RequestPaths.Matches(RequestPaths.Normalize(left), RequestPaths.Normalize(right));
}
