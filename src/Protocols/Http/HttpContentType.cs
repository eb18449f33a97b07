using System.Text;

namespace PixieOrleans.Protocols.Http;

/// <summary>Class of a Content-Type, as far as rows need it.</summary>
internal enum HttpContentClass : byte
{
    /// <summary>No Content-Type.</summary>
    Unknown,

    /// <summary>The type contains "json".</summary>
    Json,

    /// <summary>The type contains "text/".</summary>
    Text,

    /// <summary>application/x-www-form-urlencoded.</summary>
    Form,

    /// <summary>Text by other names: XML, JavaScript, GraphQL. Shown for requests only.</summary>
    OtherText,

    /// <summary>application/grpc and its variants.</summary>
    Grpc,

    /// <summary>Anything else.</summary>
    Binary,
}

/// <summary>Classifies the values of Content-Type.</summary>
internal static class HttpContentType
{
    private const int MaxBytes = 128; // of a value that are looked at

    /// <summary>Class of a header value; empty is unknown.</summary>
    public static HttpContentClass Classify(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            return HttpContentClass.Unknown;
        }

        Span<byte> lower = stackalloc byte[MaxBytes];
        value = value[..Math.Min(value.Length, MaxBytes)];
        Ascii.ToLower(value, lower, out var length);
        var type = lower[..length];
        return IsGrpc(type) ? HttpContentClass.Grpc
            : type.IndexOf("json"u8) >= 0 ? HttpContentClass.Json
            : type.IndexOf("text/"u8) >= 0 ? HttpContentClass.Text
            : type.StartsWith("application/x-www-form-urlencoded"u8) ? HttpContentClass.Form
            : type.IndexOf("xml"u8) >= 0 || type.IndexOf("javascript"u8) >= 0 || type.IndexOf("graphql"u8) >= 0
                ? HttpContentClass.OtherText
            : HttpContentClass.Binary;
    }

    // Not application/grpc-web, whose messages may be base64.
    private static bool IsGrpc(ReadOnlySpan<byte> type) =>
        type.StartsWith("application/grpc"u8)
        && (type.Length == 16 || type[16] is (byte)'+' or (byte)';' or (byte)' ');
}
