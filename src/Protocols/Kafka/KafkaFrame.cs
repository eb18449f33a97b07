using System.Buffers.Binary;
using PixieOrleans.Protocols.Framing;

namespace PixieOrleans.Protocols.Kafka;

/// <summary>Heads of Kafka's requests and responses.</summary>
/// <remarks>
/// Layout: length, int32 big endian, not counting itself. Request: API key, int16; version, int16; correlation id,
/// int32; client id, text with int16 length, -1 for null; from the API's first flexible version on tagged fields; body.
/// Response: correlation id, int32; tagged fields as above, except for ApiVersions; body.
/// Source: Kafka protocol guide, "Requests and Responses", KIP-482, KIP-511.
/// </remarks>
internal static class KafkaFrame
{
    /// <summary>Bytes of a request up to its client id.</summary>
    public const int RequestHeadLength = 14;

    /// <summary>Bytes of a response up to its tagged fields.</summary>
    public const int ResponseHeadLength = 8;

    private const int MaxLength = 100 << 20; // bytes; by default brokers and clients refuse longer ones
    private const int MaxAnswerLength = 1 << 30; // bytes of an answer that is waited for; clients may ask for more
    private const int MaxVersion = 20; // the newest API version known is 18
    private const int ApiKeyOffset = 4;
    private const int VersionOffset = 6;
    private const int CorrelationOffset = 8;
    private const int ClientIdOffset = 12;
    private static readonly int MaxApiKey = Enum.GetValues<KafkaApi>().Max(api => (int)api);

    /// <summary>Reads the head of a request.</summary>
    /// <param name="data">Bytes that begin with it.</param>
    /// <param name="named">Whether it must have a client id of printable characters, as nearly all have.</param>
    public static FrameHead ReadRequest(ReadOnlySpan<byte> data, bool named)
    {
        if (data.Length >= sizeof(int)
            && BinaryPrimitives.ReadInt32BigEndian(data) is < RequestHeadLength - sizeof(int) or > MaxLength)
        {
            return FrameHead.Invalid;
        }

        if (data.Length < RequestHeadLength)
        {
            return !data.IsEmpty && data[0] > MaxLength >> 24 ? FrameHead.Invalid : FrameHead.NeedMoreData;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(data);
        var clientId = BinaryPrimitives.ReadInt16BigEndian(data[ClientIdOffset..]);
        if (BinaryPrimitives.ReadUInt16BigEndian(data[ApiKeyOffset..]) > MaxApiKey
            || BinaryPrimitives.ReadUInt16BigEndian(data[VersionOffset..]) > MaxVersion
            || BinaryPrimitives.ReadInt32BigEndian(data[CorrelationOffset..]) < 0
            || clientId < -1
            || clientId > length - (RequestHeadLength - sizeof(int))
            || (named && !IsNamed(data, clientId)))
        {
            return FrameHead.Invalid;
        }

        return FrameHead.Of(sizeof(int) + (ulong)length);
    }

    /// <summary>Reads the head of a response.</summary>
    /// <param name="data">Bytes that begin with it.</param>
    /// <param name="pending">The requests that wait.</param>
    /// <param name="expected">Whether one of them must wait for it.</param>
    public static FrameHead ReadResponse(
        ReadOnlySpan<byte> data, PendingRequests<KafkaRequest> pending, bool expected)
    {
        if (data.Length >= sizeof(int)
            && BinaryPrimitives.ReadInt32BigEndian(data) is < ResponseHeadLength - sizeof(int) or > MaxAnswerLength)
        {
            return FrameHead.Invalid;
        }

        if (data.Length < ResponseHeadLength)
        {
            return !data.IsEmpty && data[0] > MaxAnswerLength >> 24 ? FrameHead.Invalid : FrameHead.NeedMoreData;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(data);
        var correlation = BinaryPrimitives.ReadInt32BigEndian(data[sizeof(int)..]);
        return correlation >= 0 && (pending.Find(correlation) is not null || (!expected && length <= MaxLength))
            ? FrameHead.Of(sizeof(int) + (ulong)length)
            : FrameHead.Invalid;
    }

    /// <summary>What is asked, in which version.</summary>
    public static (KafkaApi Api, int Version) ReadApi(ReadOnlySpan<byte> request) => (
        (KafkaApi)BinaryPrimitives.ReadInt16BigEndian(request[ApiKeyOffset..]),
        BinaryPrimitives.ReadInt16BigEndian(request[VersionOffset..]));

    /// <summary>Number that pairs a request with its response.</summary>
    public static int ReadCorrelation(ReadOnlySpan<byte> frame, bool request) =>
        BinaryPrimitives.ReadInt32BigEndian(frame[(request ? CorrelationOffset : sizeof(int))..]);

    /// <summary>The client id; cut when the bytes are.</summary>
    public static ReadOnlySpan<byte> ReadClientId(ReadOnlySpan<byte> request)
    {
        var length = Math.Max((short)0, BinaryPrimitives.ReadInt16BigEndian(request[ClientIdOffset..]));
        return request.Slice(RequestHeadLength, Math.Min(length, request.Length - RequestHeadLength));
    }

    /// <summary>What follows the header's tagged fields, if the version has them.</summary>
    public static ReadOnlySpan<byte> SkipTags(ReadOnlySpan<byte> bytes, bool flexible)
    {
        var reader = new KafkaReader(bytes, flexible);
        reader.SkipTags();
        return reader.Rest;
    }

    private static bool IsNamed(ReadOnlySpan<byte> data, int length) =>
        length > 0 && !data[RequestHeadLength..Math.Min(data.Length, RequestHeadLength + length)]
            .ContainsAnyExceptInRange((byte)' ', (byte)'~');
}
