using System.Text;
using System.Text.Json;
using PixieOrleans.Protocols.Http2;
using PixieOrleans.Protocols.Tests.Conformance;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Tests.Http2;

public sealed class GrpcConformanceTests
{
    [Fact]
    public void Cases_OfTheCollection_DifferOnlyWhereDocumented() => ByteCases.Run("http2", 9, Difference);

    private static string? Difference(JsonElement item)
    {
        var bytes = item.GetProperty("bytes").GetBytesFromBase64();
        var text = new CellText(512);
        if (item.GetProperty("operation").GetString() == "ParsePB")
        {
            GrpcText.Append(bytes, isCut: false, text);
            var expected = ByteCases.Check(item, "result")!.Value.GetProperty("eq").GetString();
            return Shown(text) == expected ? null : Shown(text);
        }

        ProtobufText.Append(bytes, isCut: true, text); // a message whose end is missing
        return text.Value.StartsWith(GrpcText.NotParsed) ? Shown(text) : null;
    }

    private static string Shown(CellText text) => Encoding.UTF8.GetString(text.Value);
}
