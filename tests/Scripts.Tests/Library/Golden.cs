namespace PixieOrleans.Scripts.Tests.Library;

/// <summary>Texts on record in folders of this project, by script.</summary>
internal static class Golden
{
    /// <summary>True when records are to be written instead of compared: PXO_UPDATE_GOLDENS is 1.</summary>
    private static bool IsUpdate => Environment.GetEnvironmentVariable("PXO_UPDATE_GOLDENS") == "1";

    /// <summary>Compares with the text on record; an update replaces it.</summary>
    public static void Verify(string folder, string script, string text)
    {
        if (IsUpdate)
        {
            Write(folder, script, text);
        }

        Assert.Equal(Read(folder, script), text);
    }

    /// <summary>Compares with the text on record, which only people change; an update adds a missing one.</summary>
    public static void VerifyPromise(string folder, string script, string text)
    {
        if (IsUpdate && !File.Exists(PathOf(folder, script)))
        {
            Write(folder, script, text);
        }

        Assert.Equal(Read(folder, script), text);
    }

    private static string Read(string folder, string script) =>
        File.Exists(PathOf(folder, script)) ? File.ReadAllText(PathOf(folder, script)) : "";

    private static void Write(string folder, string script, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(folder, script))!);
        File.WriteAllText(PathOf(folder, script), text);
    }

    private static string PathOf(string folder, string script) =>
        Path.Combine(LibraryScript.TestFolder, folder, script + ".txt");
}
