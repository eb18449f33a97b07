using System.Collections.Immutable;
using PixieOrleans.Grains.Fragments;
using PixieOrleans.Grains.Interfaces.Queries;
using PixieOrleans.Model;
using PixieOrleans.Tables;

namespace PixieOrleans.Grains.Queries;

/// <summary>Rows of an encoded block, cell by cell.</summary>
internal sealed class RowBlockReader : IRowBlockReader
{
    public void Read(ReadOnlyMemory<byte> block, ImmutableArray<ColumnSchema> columns, IRowWriter writer) =>
        RowBlocks.Decode(block, columns).WriteTo(writer);
}
