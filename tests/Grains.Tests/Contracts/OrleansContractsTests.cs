using System.Reflection;
using PixieOrleans.Grains.Interfaces.Nodes;

namespace PixieOrleans.Grains.Tests.Contracts;

/// <summary>
/// The wire contract between silos as text: aliases of types and methods, ids of members. A difference breaks silos
/// of two versions that run side by side; PXO_UPDATE_GOLDENS=1 rewrites the file for review.
/// </summary>
public sealed class OrleansContractsTests
{
    private const string FileName = "OrleansContracts.txt";

    [Fact]
    public void Contracts_OfTheAssembly_EqualTheListedOnes()
    {
        var path = Path.Combine(FindSource(), FileName);
        var actual = string.Join('\n', Describe(typeof(INodeGrain).Assembly)) + "\n";
        if (Environment.GetEnvironmentVariable("PXO_UPDATE_GOLDENS") == "1")
        {
            File.WriteAllText(path, actual);
        }

        Assert.Equal(File.ReadAllText(path), actual);
    }

    [Fact]
    public void Contracts_OfTheAssembly_AllHaveAliases()
    {
        var types = typeof(INodeGrain).Assembly.GetExportedTypes().Where(
            t => IsOurs(t)
                && (IsGrain(t) || t.GetCustomAttribute<GenerateSerializerAttribute>(inherit: false) is not null));

        Assert.All(types, t => Assert.StartsWith("pxo.", AliasOf(t), StringComparison.Ordinal));
        Assert.All(types.Where(IsGrain).SelectMany(t => t.GetMethods()), m => Assert.NotEmpty(AliasOf(m)));
    }

    private static IEnumerable<string> Describe(Assembly assembly)
    {
        foreach (var type in assembly.GetExportedTypes().Where(IsOurs).OrderBy(AliasOf, StringComparer.Ordinal))
        {
            if (IsGrain(type))
            {
                yield return $"grain {AliasOf(type)}";
                foreach (var method in type.GetMethods().OrderBy(AliasOf, StringComparer.Ordinal))
                {
                    var parameters = string.Join(", ", method.GetParameters().Select(p => NameOf(p.ParameterType)));
                    yield return $"  {AliasOf(method)}({parameters}) : {NameOf(method.ReturnType)}";
                }
            }
            else if (type.GetCustomAttribute<GenerateSerializerAttribute>(inherit: false) is not null)
            {
                yield return $"{(type.IsEnum ? "enum" : "record")} {AliasOf(type)}";
                foreach (var line in DescribeMembers(type))
                {
                    yield return "  " + line;
                }
            }
        }
    }

    private static IEnumerable<string> DescribeMembers(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetValues(type).Cast<object>().Select(v => $"{Convert.ToInt64(v, null)} {v}");
        }

        const BindingFlags Own =
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        return type.GetProperties(Own).Select(p => (p.GetCustomAttribute<IdAttribute>(), p.Name, Type: p.PropertyType))
            .Concat(type.GetFields(Own).Select(f => (f.GetCustomAttribute<IdAttribute>(), f.Name, Type: f.FieldType)))
            .Where(m => m.Item1 is not null)
            .OrderBy(m => m.Item1!.Id)
            .Select(m => $"{m.Item1!.Id} {m.Name} : {NameOf(m.Type)}");
    }

    private static bool IsOurs(Type type) =>
        type.Namespace!.StartsWith(nameof(PixieOrleans), StringComparison.Ordinal); // else generated code

    private static bool IsGrain(Type type) => type.IsInterface && typeof(IGrain).IsAssignableFrom(type);

    private static string AliasOf(MemberInfo member) =>
        member.GetCustomAttributes<AliasAttribute>(inherit: false).SingleOrDefault()?.Alias ?? "";

    private static string NameOf(Type type) => type.IsGenericType
        ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<"
            + $"{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>"
        : type.Name;

    private static string FindSource()
    {
        for (var folder = new DirectoryInfo(SourceFolder()); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "src", "Grains.Interfaces");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new DirectoryNotFoundException("src/Grains.Interfaces is not above the test's source.");
    }

    private static string SourceFolder([System.Runtime.CompilerServices.CallerFilePath] string path = "") =>
        Path.GetDirectoryName(path)!;
}
