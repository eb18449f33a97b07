using System.Text;
using CsCheck;
using PixieOrleans.Tables.Columns;
using PixieOrleans.Tables.Sealing;

namespace PixieOrleans.Tables.Tests.Sealing;

public sealed class StringSealerTests
{
    [Fact]
    public void Seal_OfAnyCells_KeepsEveryCell()
    {
        Gen.String[Gen.Char['a', 'c'], 0, 3].Array[0, 400].Sample(cells =>
        {
            var result = StringSealer.Seal(Column(cells), out var held);

            Assert.Equal(cells, Cells(result));
            Assert.InRange(held, 0, Column(cells).Bytes);
        });
    }

    [Fact]
    public void Seal_OfFewDistinctCells_BuildsADictionary()
    {
        var cells = Enumerable.Range(0, 1000).Select(i => $"http://service-{i % 10}/path").ToArray();

        var result = Assert.IsType<DictionaryStringColumn>(StringSealer.Seal(Column(cells), out var held));

        Assert.Equal(10, result.Dictionary.Length);
        Assert.InRange(held, 4000, 4400);
        Assert.Equal(cells, Cells(result));
    }

    [Fact]
    public void Seal_OfOneValue_HoldsNoCodes()
    {
        var cells = Enumerable.Repeat("OK", 1000).ToArray();

        var result = Assert.IsType<DictionaryStringColumn>(StringSealer.Seal(Column(cells), out var held));

        Assert.Equal(10, held);
        Assert.Equal(cells, Cells(result));
    }

    [Fact]
    public void Seal_OfDistinctCells_StaysAnArena()
    {
        var cells = Enumerable.Range(0, 1000).Select(i => $"{i}").ToArray();

        Assert.IsType<ArenaStringColumn>(StringSealer.Seal(Column(cells), out _));
    }

    private static ArenaStringColumn Column(string[] cells)
    {
        var offsets = new int[cells.Length + 1];
        var arena = new MemoryStream();
        for (var i = 0; i < cells.Length; i++)
        {
            arena.Write(Encoding.UTF8.GetBytes(cells[i]));
            offsets[i + 1] = (int)arena.Length;
        }

        return new ArenaStringColumn(offsets, arena.ToArray());
    }

    private static IEnumerable<string> Cells(StringColumn column) =>
        Enumerable.Range(0, column.Length).Select(i => Encoding.UTF8.GetString(column.GetUtf8(i)));
}
