using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Kernels.Requests.Networks;

/// <summary>Whether an address is in networks that are the same for all rows.</summary>
internal readonly struct IsInCidrs(CidrSet? networks) : IStringFunction<bool>
{
    /// <inheritdoc/>
    public bool Apply(ReadOnlySpan<byte> value) => networks is not null && networks.Contains(value);
}

/// <summary>cidrs_contain_ip; reads networks once for all rows in a row that have them.</summary>
internal sealed class CidrsContainExpression(StringExpression cidrs, StringExpression address)
    : FixedExpression<bool>(DataType.Boolean, cidrs, address)
{
    private byte[]? _known; // text of the networks that were read last
    private CidrSet? _networks;

    /// <summary>The expression of a call.</summary>
    public static FixedExpression<bool> Create(StringExpression cidrs, StringExpression address) => cidrs.IsConstant
        ? new StringFunctionExpression<bool, IsInCidrs>(
            address, new IsInCidrs(CidrSet.Read(cidrs.ConstantValue)), DataType.Boolean)
        : new CidrsContainExpression(cidrs, address);

    /// <inheritdoc/>
    public override void EvaluateInto(RowBatch batch, Span<bool> destination)
    {
        var (networks, addresses) = (cidrs.Evaluate(batch), address.Evaluate(batch));
        for (var row = 0; row < batch.Rows; row++)
        {
            var text = networks.GetUtf8(row);
            if (_known is null || !text.SequenceEqual(_known))
            {
                _known = text.ToArray();
                _networks = CidrSet.Read(text);
            }

            destination[row] = _networks is not null && _networks.Contains(addresses.GetUtf8(row));
        }
    }
}
