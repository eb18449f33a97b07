using System.Globalization;
using System.Text;
using PixieOrleans.Pxl.Binding;

namespace PixieOrleans.Pxl.Compilation;

/// <summary>Texts that are equal exactly if two operations do the same to the same rows.</summary>
internal static class OperationKey
{
    public static string Of(Operation operation)
    {
        var key = new StringBuilder();
        key.Append(CultureInfo.InvariantCulture, $"{operation.GetType().Name}");
        foreach (var input in operation.Inputs)
        {
            key.Append(CultureInfo.InvariantCulture, $" {input.Id}");
        }

        switch (operation)
        {
            case ScanOperation scan:
                Append(key, [scan.Table, .. scan.Select]);
                key.Append(CultureInfo.InvariantCulture, $" {scan.StartNs} to {scan.EndNs} {scan.IsStream}");
                break;
            case TableFunctionOperation function:
                Append(key, [function.Function.Name, .. function.Arguments.Select(argument => argument.Text)]);
                break;
            case MergeOperation merge:
                key.Append(CultureInfo.InvariantCulture, $" {merge.How}");
                Append(key, merge.LeftOn);
                Append(key, merge.RightOn);
                Append(key, [merge.LeftSuffix, merge.RightSuffix]);
                break;
            case AppendOperation:
                break;
            case AssignOperation assign:
                Append(key, [assign.Column]);
                Append(key, assign.Value);
                break;
            case KeepOperation keep:
                Append(key, keep.Columns);
                break;
            case DropOperation drop:
                Append(key, drop.Columns);
                break;
            case FilterOperation filter:
                Append(key, filter.Predicate);
                break;
            case HeadOperation head:
                key.Append(CultureInfo.InvariantCulture, $" {head.Rows}");
                break;
            case AggregateOperation aggregate:
                Append(key, aggregate.GroupBy);
                foreach (var spec in aggregate.Aggregates)
                {
                    Append(key, [spec.Name, spec.Function, .. spec.Columns]);
                }

                break;
            default:
                throw new NotSupportedException($"No key for {operation.GetType().Name}.");
        }

        return key.ToString();
    }

    private static void Append(StringBuilder key, IReadOnlyCollection<string> names)
    {
        key.Append(CultureInfo.InvariantCulture, $" {names.Count}");
        foreach (var name in names)
        {
            key.Append(CultureInfo.InvariantCulture, $" {name.Length}:{name}");
        }
    }

    private static void Append(StringBuilder key, Formula formula)
    {
        switch (formula)
        {
            case ColumnFormula column:
                Append(key.Append(" column"), [column.Name]);
                break;
            case ConstantFormula { Value: var value }:
                key.Append(CultureInfo.InvariantCulture, $" {value.Type} {value.Semantic}");
                Append(key, [value.Text]);
                break;
            case ContextFormula context:
                Append(key.Append(" ctx"), [context.Property.Name]);
                break;
            case CastFormula cast:
                key.Append(CultureInfo.InvariantCulture, $" cast {cast.Type.DataType} {cast.Type.Semantic}");
                Append(key, cast.Operand);
                break;
            case CallFormula call:
                key.Append(CultureInfo.InvariantCulture, $" {call.Function}/{call.Arguments.Length}");
                foreach (var argument in call.Arguments)
                {
                    Append(key, argument);
                }

                break;
            default:
                throw new NotSupportedException($"No key for {formula.GetType().Name}.");
        }
    }
}
