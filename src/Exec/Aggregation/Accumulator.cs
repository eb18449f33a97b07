using PixieOrleans.Exec.Expressions;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Aggregation;

/// <summary>The states of one aggregate, one per group.</summary>
/// <remarks>
/// A serialised state is binary in a String cell, little endian; each class documents its layout. States come from
/// other nodes and are checked when they are read.
/// </remarks>
internal abstract class Accumulator : IDisposable
{
    /// <summary>Makes room for this many groups.</summary>
    public abstract void EnsureGroups(int groups);

    /// <summary>Adds rows; <paramref name="groups"/> tells each row's group.</summary>
    public abstract void Add(ReadOnlySpan<int> groups, RowBatch batch);

    /// <summary>Adds serialised states.</summary>
    /// <exception cref="InvalidStateException">A state cannot be read.</exception>
    public void Merge(ReadOnlySpan<int> groups, StringColumn states)
    {
        for (var i = 0; i < groups.Length; i++)
        {
            var reader = new StateReader(states.GetUtf8(i));
            MergeOne(groups[i], ref reader);
            reader.RequireEnd();
        }
    }

    /// <summary>The values of some groups.</summary>
    public abstract Column Finish(int start, int count);

    /// <summary>Appends the serialised state of a group to a cell.</summary>
    public abstract void WriteState(int group, StringArena output);

    /// <summary>Returns rented arrays.</summary>
    public virtual void Dispose()
    {
    }

    /// <summary>Adds one serialised state.</summary>
    protected abstract void MergeOne(int group, ref StateReader state);
}
