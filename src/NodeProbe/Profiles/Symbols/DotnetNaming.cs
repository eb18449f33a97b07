using System.Text;

namespace PixieOrleans.NodeProbe.Profiles.Symbols;

/// <summary>Names of .NET methods as people write them.</summary>
internal static class DotnetNaming
{
    private static readonly string[] Noise = ["class ", "valuetype ", "value "]; // of signatures in IL

    /// <summary>"Namespace.Type.Method(Parameter,Parameter)".</summary>
    /// <param name="type">The type with its namespace; may be empty.</param>
    /// <param name="name">The method.</param>
    /// <param name="signature">In IL: what it returns, then the parameters in parentheses.</param>
    public static string Of(ReadOnlySpan<char> type, ReadOnlySpan<char> name, ReadOnlySpan<char> signature)
    {
        var text = new StringBuilder(type.Length + name.Length + signature.Length);
        text.Append(type);
        if (type.Length > 0)
        {
            text.Append('.');
        }

        text.Append(name);
        var parameters = signature.IndexOf('(');
        text.Append(parameters < 0 ? [] : signature[parameters..]);
        foreach (var word in Noise)
        {
            text.Replace(word, "");
        }

        return text.ToString();
    }
}
