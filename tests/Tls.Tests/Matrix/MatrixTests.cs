using PixieOrleans.Tls.Tests.Targets;

namespace PixieOrleans.Tls.Tests.Matrix;

/// <summary>Every target in each of its roles: the rows over TLS are those of the same load in plain text.</summary>
public sealed class MatrixTests(SharedNode shared) : IClassFixture<SharedNode>
{
    private const string AllVariable = "PXO_TLS_ALL"; // 1: the slow targets too
    private const string OnlyVariable = "PXO_TLS_ONLY"; // parts of the names of the cells to run, with commas between

    public static TheoryData<string> Cells()
    {
        var all = Environment.GetEnvironmentVariable(AllVariable) == "1";
        var parts = (Environment.GetEnvironmentVariable(OnlyVariable) ?? "").Split(',');
        return
        [
            .. MatrixCell.Of(TlsTargets.All.Where(t => all || !t.IsLong)).Select(cell => cell.Name)
                .Where(name => parts.Any(part => name.Contains(part, StringComparison.Ordinal))),
        ];
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task Target_OverTls_GivesTheRowsOfPlainText(string name)
    {
        var cell = MatrixCell.Of(TlsTargets.All).Single(c => c.Name == name);

        await MatrixResults.RecordAsync(cell, async () =>
        {
            await cell.Target.Library(TestContext.Current.CancellationToken);
            await new MatrixRun(shared.Node, cell, shared.Certificate).RunAsync();
        });
    }
}
