using System.Runtime.CompilerServices;

namespace PixieOrleans.Pxl.Tests.Documents;

public sealed class FunctionReferenceTests
{
    [Fact]
    public void FunctionReference_OfTheCatalogs_EqualsTheFile()
    {
        var path = FindReference();
        var expected = FunctionReference.Write();
        if (Environment.GetEnvironmentVariable("PXO_UPDATE_GOLDENS") == "1")
        {
            File.WriteAllText(path, expected);
        }

        Assert.Equal(File.Exists(path) ? File.ReadAllText(path) : "", expected);
    }

    private static string FindReference([CallerFilePath] string source = "") => Path.GetFullPath(
        Path.Combine(Path.GetDirectoryName(source)!, "../../../docs/pxl/functions.md"));
}
