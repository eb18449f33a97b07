using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Functions;
using PixieOrleans.Pxl.Compilation;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Binding;

/// <summary>Computes operators over constants, with the overloads and the arithmetic of the engine.</summary>
internal static class ConstantFolder
{
    private const double FloatTolerance = 2.220446049250313e-16; // from 1.0 to the next binary64

    public static ConstantExpression Fold(
        string function, ImmutableArray<ConstantExpression> operands, SourceSpan span, CompileLimits limits)
    {
        DataType[] types = [.. operands.Select(operand => operand.Type)];
        var signature = FunctionCatalog.Resolve(function, types)
            ?? throw FormulaResolver.NoOverload(function, types, span);
        var result = operands.Length == 1
            ? FoldUnary(function, operands[0])
            : FoldBinary(function, operands[0], operands[1], signature.Returns, span, limits);
        SemanticType[] semantics = [.. operands.Select(operand => operand.Semantic)];
        return result with { Type = signature.Returns, Semantic = signature.ResultSemantic(semantics) };
    }

    private static ConstantExpression FoldUnary(string function, ConstantExpression operand) => function switch
    {
        "negate" when operand.Type == DataType.Float64 => Constants.Float(-FloatOf(operand)),
        "negate" => Constants.Integer(unchecked(-IntegerOf(operand))),
        "invert" => Constants.Integer(~IntegerOf(operand)),
        "logicalNot" => Constants.Boolean(!TruthOf(operand)),
        _ => throw new NotSupportedException($"No folding of {function}."),
    };

    private static ConstantExpression FoldBinary(
        string function,
        ConstantExpression left,
        ConstantExpression right,
        DataType returns,
        SourceSpan span,
        CompileLimits limits) => function switch
        {
            "add" when returns == DataType.String => Concatenate(left.Text, right.Text, span, limits),
            "divide" => Constants.Float(FloatOf(left) / FloatOf(right)),
            "add" or "subtract" or "multiply" when returns == DataType.Float64 =>
                Constants.Float(FloatArithmetic(function, FloatOf(left), FloatOf(right))),
            "add" or "subtract" or "multiply" or "modulo" =>
                Constants.Integer(IntegerArithmetic(function, IntegerOf(left), IntegerOf(right), span)),
            "logicalAnd" => Constants.Boolean(TruthOf(left) && TruthOf(right)),
            "logicalOr" => Constants.Boolean(TruthOf(left) || TruthOf(right)),
            "equal" => Constants.Boolean(Compare(left, right) == 0),
            "notEqual" => Constants.Boolean(Compare(left, right) != 0),
            "lessThan" => Constants.Boolean(Order(left, right) < 0),
            "lessThanEqual" => Constants.Boolean(Order(left, right) <= 0),
            "greaterThan" => Constants.Boolean(Order(right, left) < 0),
            "greaterThanEqual" => Constants.Boolean(Order(right, left) <= 0),
            _ => throw new NotSupportedException($"No folding of {function}."),
        };

    private static ConstantExpression Concatenate(string left, string right, SourceSpan span, CompileLimits limits) =>
        left.Length + right.Length <= limits.ConstantChars
            ? Constants.Text(left + right)
            : throw Constants.TooLong(span, limits);

    private static double FloatArithmetic(string function, double left, double right) => function switch
    {
        "add" => left + right,
        "subtract" => left - right,
        _ => left * right,
    };

    private static long IntegerArithmetic(string function, long left, long right, SourceSpan span) => function switch
    {
        "add" => unchecked(left + right),
        "subtract" => unchecked(left - right),
        "multiply" => unchecked(left * right),
        _ when right == 0 => throw new CompileException(DiagnosticCodes.Value, span, "Modulo by zero."),
        _ => right == -1 ? 0 : left % right,
    };

    /// <summary>0 when equal; floats within a tolerance, as the engine compares them.</summary>
    private static int Compare(ConstantExpression left, ConstantExpression right)
    {
        if (left.Type == DataType.Float64 || right.Type == DataType.Float64)
        {
            return Math.Abs(FloatOf(left) - FloatOf(right)) < FloatTolerance ? 0 : 1;
        }

        return left.Type == right.Type
            ? string.CompareOrdinal(left.Text, right.Text)
            : IntegerOf(left).CompareTo(IntegerOf(right));
    }

    /// <summary>Order of two constants of one type; NaN is below nothing and above nothing.</summary>
    private static int Order(ConstantExpression left, ConstantExpression right) => left.Type switch
    {
        DataType.String =>
            Encoding.UTF8.GetBytes(left.Text).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right.Text)),
        DataType.Float64 => FloatOf(left) < FloatOf(right) ? -1 : FloatOf(left) == FloatOf(right) ? 0 : 1,
        _ => IntegerOf(left).CompareTo(IntegerOf(right)),
    };

    private static bool TruthOf(ConstantExpression operand) => IntegerOf(operand) != 0;

    private static long IntegerOf(ConstantExpression operand) => operand.Text switch
    {
        "true" => 1,
        "false" => 0,
        var text => long.Parse(text, CultureInfo.InvariantCulture),
    };

    private static double FloatOf(ConstantExpression operand) =>
        double.Parse(operand.Text, CultureInfo.InvariantCulture);
}
