using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using PixieOrleans.Pxl.Binding;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Compilation;

/// <summary>Texts that are equal exactly if two operations do the same to the same rows.</summary>
internal sealed class OperationKey
{
    private readonly StringBuilder _key = new();
    private readonly SourceSpan _span;
    private readonly int _maxChars;

    private OperationKey(SourceSpan span, int maxChars) => (_span, _maxChars) = (span, maxChars);

    /// <summary>The key, unless it is longer than a bound: names and constants may repeat without end.</summary>
    public static string Of(Operation operation, int maxChars)
    {
        var key = new OperationKey(operation.Span, maxChars);
        key.Append(operation);
        return key._key.ToString();
    }

    private void Append(Operation operation)
    {
        Append(operation.GetType().Name);
        foreach (var input in operation.Inputs)
        {
            Append(" ", input.Id);
        }

        switch (operation)
        {
            case ScanOperation scan:
                AppendNames([scan.Table, .. scan.Select]);
                Append(string.Create(
                    CultureInfo.InvariantCulture, $" {scan.StartNs} to {scan.EndNs} {scan.IsStream}"));
                break;
            case TableFunctionOperation function:
                AppendNames([function.Function.Name, .. function.Arguments.Select(argument => argument.Text)]);
                break;
            case MergeOperation merge:
                Append(" ", (int)merge.How);
                AppendNames(merge.LeftOn);
                AppendNames(merge.RightOn);
                AppendNames([merge.LeftSuffix, merge.RightSuffix]);
                break;
            case AppendOperation:
                break;
            case UnaryOperation unary:
                AppendUnary(unary);
                break;
            default:
                throw new NotSupportedException($"No key for {operation.GetType().Name}.");
        }
    }

    private void AppendUnary(UnaryOperation operation)
    {
        switch (operation)
        {
            case AssignOperation assign:
                AppendNames([assign.Column]);
                Append(assign.Value);
                break;
            case KeepOperation keep:
                AppendNames(keep.Columns);
                break;
            case DropOperation drop:
                AppendNames(drop.Columns);
                break;
            case FilterOperation filter:
                Append(filter.Predicate);
                break;
            case HeadOperation head:
                Append(" ", head.Rows);
                break;
            case AggregateOperation aggregate:
                AppendNames(aggregate.GroupBy);
                foreach (var spec in aggregate.Aggregates)
                {
                    AppendNames([spec.Name, spec.Function, .. spec.Columns]);
                }

                break;
            default:
                throw new NotSupportedException($"No key for {operation.GetType().Name}.");
        }
    }

    private void Append(Formula formula)
    {
        switch (formula)
        {
            case ColumnFormula column:
                Append(" column");
                AppendNames([column.Name]);
                break;
            case ConstantFormula { Value: var value }:
                Append(string.Create(CultureInfo.InvariantCulture, $" {value.Type} {value.Semantic}"));
                AppendNames([value.Text]);
                break;
            case ContextFormula context:
                Append(" ctx");
                AppendNames([context.Property.Name]);
                break;
            case CastFormula cast:
                Append(string.Create(CultureInfo.InvariantCulture, $" cast {cast.Type.DataType} {cast.Type.Semantic}"));
                Append(cast.Operand);
                break;
            case CallFormula call:
                Append(" ", call.Arguments.Length);
                AppendNames([call.Function]);
                foreach (var argument in call.Arguments)
                {
                    Append(argument);
                }

                break;
            default:
                throw new NotSupportedException($"No key for {formula.GetType().Name}.");
        }
    }

    private void AppendNames(ImmutableArray<string> names)
    {
        Append(" ", names.Length);
        foreach (var name in names)
        {
            Append(" ", name.Length);
            Append(":");
            Append(name);
        }
    }

    private void Append(string separator, long number)
    {
        Append(separator);
        Append(number.ToString(CultureInfo.InvariantCulture));
    }

    private void Append(string text)
    {
        if (_key.Length + text.Length > _maxChars)
        {
            throw new CompileException(
                DiagnosticCodes.Limit, _span, "The names and constants of the script's operations are too long.");
        }

        _key.Append(text);
    }
}
