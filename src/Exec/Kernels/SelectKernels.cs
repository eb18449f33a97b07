using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Kernels;

/// <summary>select: the second argument where the first is true, else the third; both are computed.</summary>
internal static class SelectKernels
{
    /// <summary>Adds the family.</summary>
    public static void Register(KernelTable table)
    {
        table.Add("select", "BBB:B", Of<bool>);
        table.Add("select", "BII:I BTT:T", Of<long>);
        table.Add("select", "BFF:F", Of<double>);
        table.Add("select", "BSS:S", call => new StringSelectExpression(
            (FixedExpression<bool>)call.Arguments[0],
            (StringExpression)call.Arguments[1],
            (StringExpression)call.Arguments[2],
            call.Options));
    }

    private static FixedSelectExpression<T> Of<T>(KernelCall call)
        where T : unmanaged =>
        new((FixedExpression<bool>)call.Arguments[0],
            (FixedExpression<T>)call.Arguments[1],
            (FixedExpression<T>)call.Arguments[2],
            call.Result);
}

/// <summary>Chooses between two columns of fixed width, or constants.</summary>
internal sealed class FixedSelectExpression<T>(
    FixedExpression<bool> condition, FixedExpression<T> then, FixedExpression<T> otherwise, DataType type)
    : FixedExpression<T>(type, condition, then, otherwise)
    where T : unmanaged
{
    /// <inheritdoc/>
    public override void EvaluateInto(RowBatch batch, Span<T> destination)
    {
        destination = destination[..batch.Rows];
        otherwise.EvaluateInto(batch, destination);
        var truths = condition.Evaluate(batch)[..destination.Length];
        if (then.IsConstant)
        {
            var value = then.ConstantValue;
            for (var i = 0; i < destination.Length; i++)
            {
                destination[i] = truths[i] ? value : destination[i];
            }
        }
        else
        {
            var values = then.Evaluate(batch)[..destination.Length];
            for (var i = 0; i < destination.Length; i++)
            {
                destination[i] = truths[i] ? values[i] : destination[i]; // both exist, so there is no branch
            }
        }
    }
}
