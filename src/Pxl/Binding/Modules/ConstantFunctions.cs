using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Binding.Modules;

/// <summary>Functions of px that make constants of constants.</summary>
internal static class ConstantFunctions
{
    public static readonly ImmutableArray<BuiltinFunction> All =
    [
        new("uint128", [new("uuid")], OfUuid),
        new("make_upid", [new("asid"), new("pid"), new("ts_ns")], MakeUpid),
        new("strptime", [new("date_string"), new("format")], ParseDate),
    ];

    private static FormulaValue OfUuid(BuiltinCall call) =>
        Guid.TryParseExact(call.Text(0), "D", out var uuid)
            ? Wide(call, new UInt128(High(uuid), Low(uuid)), SemanticType.None)
            : throw new CompileException(
                DiagnosticCodes.Argument,
                call.SpanOf(0),
                $"'{call.Text(0)}' is not a valid UUID",
                "write '11285cdd-1de9-4ab1-ae6a-0ba08c8c676c'");

    private static FormulaValue MakeUpid(BuiltinCall call)
    {
        var high = ((ulong)Unsigned(call, 0) << 32) | Unsigned(call, 1);
        return Wide(call, new UInt128(high, unchecked((ulong)call.Integer(2))), SemanticType.Upid);
    }

    private static uint Unsigned(BuiltinCall call, int index) =>
        call.Integer(index) is >= 0 and <= uint.MaxValue and var number
            ? (uint)number
            : throw new CompileException(
                DiagnosticCodes.Argument, call.SpanOf(index), $"{call.Integer(index)} does not fit into 32 bits.");

    private static FormulaValue ParseDate(BuiltinCall call)
    {
        var (date, format) = (call.Text(0), call.Text(1));
        var ns = DateFormat.Parse(date, format) ?? throw new CompileException(
            DiagnosticCodes.Argument, call.SpanOf(0), $"Failed to parse time '{date}' with the format '{format}'.");
        return new FormulaValue(Constants.OfInteger(call.Span, ns));
    }

    private static FormulaValue Wide(BuiltinCall call, UInt128 value, SemanticType semantic) =>
        new(new ConstantFormula(
            call.Span,
            new ConstantExpression(value.ToString(CultureInfo.InvariantCulture), DataType.UInt128, semantic)));

    private static ulong High(Guid uuid) => Half(uuid, 0);

    private static ulong Low(Guid uuid) => Half(uuid, sizeof(ulong));

    private static ulong Half(Guid uuid, int offset)
    {
        Span<byte> bytes = stackalloc byte[16];
        uuid.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt64BigEndian(bytes[offset..]);
    }
}
