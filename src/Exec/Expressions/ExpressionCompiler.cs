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
/// <remarks>Equal calls within the expressions that are compiled together are computed once per batch.</remarks>
internal sealed class ExpressionCompiler(ImmutableArray<ColumnSchema> columns, ExecutionOptions options)
{
    private readonly Dictionary<string, CompiledExpression?> _calls = new(StringComparer.Ordinal); // null: met once
    private readonly HashSet<string> _repeated = new(StringComparer.Ordinal);

    /// <summary>Binds names to columns and calls to kernels.</summary>
    /// <exception cref="InvalidPlanException">Unknown column or function, or types that do not fit.</exception>
    public CompiledExpression Compile(Expression expression) => Compile([expression])[0];

    /// <summary>The same for expressions that are evaluated over the same batches by one thread.</summary>
    /// <exception cref="InvalidPlanException">Unknown column or function, or types that do not fit.</exception>
    public ImmutableArray<CompiledExpression> Compile(ImmutableArray<Expression> expressions)
    {
        _calls.Clear();
        _repeated.Clear();
        foreach (var expression in expressions)
        {
            FindRepeated(expression);
        }

        _calls.Clear();
        return [.. expressions.Select(CompileOne)];
    }

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

    private void FindRepeated(Expression expression)
    {
        if (expression is not CallExpression call)
        {
            return;
        }

        var key = ExpressionKey.Of(call);
        if (!_calls.TryAdd(key, null))
        {
            _repeated.Add(key); // and with it its arguments, which need not be looked at again
            return;
        }

        foreach (var argument in call.Arguments)
        {
            FindRepeated(argument);
        }
    }

    private CompiledExpression CompileOne(Expression expression) => expression switch
    {
        ColumnExpression column => Column(column),
        ConstantExpression constant => Constant(constant),
        CallExpression call when _repeated.Count > 0 => SharedCall(call),
        CallExpression call => Call(call),
        _ => throw new InvalidPlanException($"No such kind of expression: {expression.GetType().Name}."),
    };

    private CompiledExpression SharedCall(CallExpression call)
    {
        var key = ExpressionKey.Of(call);
        if (!_repeated.Contains(key))
        {
            return Call(call);
        }

        if (_calls.TryGetValue(key, out var known))
        {
            return known!;
        }

        var shared = Call(call) switch
        {
            { IsConstant: true } constant => constant,
            FixedExpression<bool> cells => (CompiledExpression)new SharedFixedExpression<bool>(cells),
            FixedExpression<long> cells => new SharedFixedExpression<long>(cells),
            FixedExpression<double> cells => new SharedFixedExpression<double>(cells),
            FixedExpression<UInt128> cells => new SharedFixedExpression<UInt128>(cells),
            StringExpression cells => new SharedStringExpression(cells),
            var other => other,
        };
        _calls.Add(key, shared);
        return shared;
    }

    private CompiledExpression Call(CallExpression call)
    {
        var arguments = ImmutableArray.CreateBuilder<CompiledExpression>(call.Arguments.Length);
        foreach (var argument in call.Arguments)
        {
            arguments.Add(CompileOne(argument));
        }

        var compiled = KernelCatalog.Create(call.Function, arguments.MoveToImmutable(), options);
        return compiled.Type == call.Type
            ? compiled
            : throw new InvalidPlanException(
                $"{call.Function} yields {compiled.Type}, the plan takes it for {call.Type}.");
    }
}
