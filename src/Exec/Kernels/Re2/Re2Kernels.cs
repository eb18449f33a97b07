using System.Text;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;

namespace PixieOrleans.Exec.Kernels.Re2;

/// <summary>regex_match, replace and _match_regex_rule; the first argument is a constant.</summary>
internal static class Re2Kernels
{
    /// <summary>Adds the family.</summary>
    public static void Register(KernelTable table)
    {
        table.Add("regex_match", "SS:B", call => new StringFunctionExpression<bool, Re2Match>(
            (StringExpression)call.Arguments[1],
            new Re2Match(Re2Pattern.ForWholeText(Encoding.UTF8.GetString(ConstantOf(call, "regex_match")))),
            DataType.Boolean));
        table.Add("replace", "SSS:S", CreateReplace);
        table.Add("_match_regex_rule", "SS:S", call => Re2RulesExpression.Create(
            ConstantOf(call, "_match_regex_rule"), (StringExpression)call.Arguments[1]));
    }

    private static StringExpression CreateReplace(KernelCall call)
    {
        var pattern = Re2Pattern.ForParts(Encoding.UTF8.GetString(ConstantOf(call, "replace")));
        var (input, rewrite) = ((StringExpression)call.Arguments[1], (StringExpression)call.Arguments[2]);
        return rewrite.IsConstant
            ? new StringTransformExpression<Re2Replace>(
                input, new Re2Replace(pattern, rewrite.ConstantValue), call.Options)
            : new Re2ReplaceExpression(pattern, input, rewrite, call.Options);
    }

    private static byte[] ConstantOf(KernelCall call, string function)
    {
        var first = (StringExpression)call.Arguments[0];
        return first.IsConstant
            ? first.ConstantValue
            : throw new InvalidPlanException($"{function}: the first argument has to be a constant.");
    }
}

/// <summary>Whether a whole text matches.</summary>
internal readonly struct Re2Match(Re2Pattern pattern) : IStringFunction<bool>, IDisposable
{
    /// <inheritdoc/>
    public bool Apply(ReadOnlySpan<byte> value) => pattern.IsMatch(value);

    /// <inheritdoc/>
    public void Dispose() => pattern.Dispose();
}
