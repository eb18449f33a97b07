using System.Globalization;
using System.Text;

namespace PixieOrleans.Plans.Expressions;

/// <summary>Texts that are equal exactly if two expressions over the same columns have the same value.</summary>
public static class ExpressionKey
{
    /// <summary>The text; meanings (semantic types) do not count.</summary>
    public static string Of(Expression expression)
    {
        var key = new StringBuilder();
        Append(key, expression);
        return key.ToString();
    }

    private static void Append(StringBuilder key, Expression expression)
    {
        switch (expression)
        {
            case ColumnExpression column:
                key.Append(CultureInfo.InvariantCulture, $"c{column.Name.Length}:{column.Name}");
                break;
            case ConstantExpression constant:
                key.Append(CultureInfo.InvariantCulture, $"{constant.Type}{constant.Text.Length}:{constant.Text}");
                break;
            case CallExpression call:
                key.Append(CultureInfo.InvariantCulture, $"{call.Function}/{call.Arguments.Length}");
                foreach (var argument in call.Arguments)
                {
                    Append(key, argument);
                }

                break;
            default:
                throw new NotSupportedException($"No key for {expression.GetType().Name}.");
        }
    }
}
