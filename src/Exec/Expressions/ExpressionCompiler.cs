using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using PixieOrleans.Exec.Kernels;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;

namespace PixieOrleans.Exec.Expressions;

/// <summary>Turns expressions of a plan into trees of kernels, once per execution.</summary>
/// <param name="columns">Columns of the input.</param>
/// <param name="options">Bounds.</param>
internal sealed class ExpressionCompiler(ImmutableArray<ColumnSchema> columns, ExecutionOptions options)
{
    /// <summary>Binds names to columns and calls to kernels.</summary>
    /// <exception cref="InvalidPlanException">Unknown column or function, or types that do not fit.</exception>
    public CompiledExpression Compile(Expression expression) => expression switch
    {
        ColumnExpression column => Column(column),
        ConstantExpression constant => Constant(constant),
        CallExpression call => Call(call),
        _ => throw new InvalidPlanException($"No such kind of expression: {expression.GetType().Name}."),
    };

    /// <summary>Position of a column of the input.</summary>
    /// <exception cref="InvalidPlanException">There is none of this name and type.</exception>
    public static int IndexOf(ImmutableArray<ColumnSchema> columns, string name, DataType type)
    {
        for (var i = 0; i < columns.Length; i++)
        {
            if (columns[i].Name == name)
            {
                return columns[i].Type == type
                    ? i
                    : throw new InvalidPlanException(
                        $"Column '{name}' is {columns[i].Type}, the plan takes it for {type}.");
            }
        }

        throw new InvalidPlanException($"The input has no column '{name}'.");
    }

    private CompiledExpression Column(ColumnExpression column)
    {
        var index = IndexOf(columns, column.Name, column.Type);
        return column.Type switch
        {
            DataType.Boolean => new FixedColumnReference<bool>(column.Type, index),
            DataType.Int64 or DataType.Time64Ns => new FixedColumnReference<long>(column.Type, index),
            DataType.Float64 => new FixedColumnReference<double>(column.Type, index),
            DataType.UInt128 => new FixedColumnReference<UInt128>(column.Type, index),
            DataType.String => new StringColumnReference(index),
            _ => throw new InvalidPlanException($"Column '{column.Name}' has no type."),
        };
    }

    private static CompiledExpression Constant(ConstantExpression constant)
    {
        var (text, type, culture) = (constant.Text, constant.Type, CultureInfo.InvariantCulture);
        try
        {
            return type switch
            {
                DataType.Boolean => new FixedConstant<bool>(type, bool.Parse(text)),
                DataType.Int64 or DataType.Time64Ns => new FixedConstant<long>(type, long.Parse(text, culture)),
                DataType.Float64 => new FixedConstant<double>(type, double.Parse(text, culture)),
                DataType.UInt128 => new FixedConstant<UInt128>(type, UInt128.Parse(text, culture)),
                DataType.String => new StringConstant(Encoding.UTF8.GetBytes(text)),
                _ => throw new InvalidPlanException($"The constant '{text}' has no type."),
            };
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new InvalidPlanException($"The constant '{text}' is not a {type}.");
        }
    }

    private CompiledExpression Call(CallExpression call)
    {
        var arguments = ImmutableArray.CreateBuilder<CompiledExpression>(call.Arguments.Length);
        foreach (var argument in call.Arguments)
        {
            arguments.Add(Compile(argument));
        }

        var compiled = KernelCatalog.Create(call.Function, arguments.MoveToImmutable(), options);
        return compiled.Type == call.Type
            ? compiled
            : throw new InvalidPlanException(
                $"{call.Function} yields {compiled.Type}, the plan takes it for {call.Type}.");
    }
}
