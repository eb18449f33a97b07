using System.Collections.Immutable;
using PixieOrleans.Model;

namespace PixieOrleans.Grains.Interfaces.Queries;

/// <summary>Reads the rows of a <see cref="QueryBlock"/>, for those that know no column layouts.</summary>
public interface IRowBlockReader
{
    /// <summary>Hands every row of <paramref name="block"/> to <paramref name="writer"/>, in order.</summary>
    /// <exception cref="FormatException">Not a block of these columns.</exception>
    void Read(ReadOnlyMemory<byte> block, ImmutableArray<ColumnSchema> columns, IRowWriter writer);
}
