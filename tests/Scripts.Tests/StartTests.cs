using PixieOrleans.Scripts.Tests.Library;

namespace PixieOrleans.Scripts.Tests;

/// <summary>Scripts take dates as well as ages, and have nothing to say of a time without data.</summary>
public sealed class StartTests
{
    public static TheoryData<string> Names => [.. LibraryScript.All
        .Where(script => script.Spec?.Variables.Any(variable => variable.Name == "start_time") == true)
        .Select(script => script.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_FromADateWithoutData_AnswersWithEmptyTables(string name)
    {
        var plan = Compilation.CompiledPlan(LibraryScript.Named(name), "2023-11-14 22:13:19 +0000");

        Assert.Empty(Execution.Run(plan).Values.SelectMany(rows => rows));
    }
}
