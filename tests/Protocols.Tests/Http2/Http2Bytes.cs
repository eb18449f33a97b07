using System.Text;
using PixieOrleans.Protocols.Http2;

namespace PixieOrleans.Protocols.Tests.Http2;

/// <summary>Frames of HTTP/2 made by hand.</summary>
internal static class Http2Bytes
{
    public static byte[] ClientStart => [.. Http2Frame.Preface, .. Frame(Http2FrameType.Settings, 0, 0, [])];

    public static byte[] ServerStart => Frame(Http2FrameType.Settings, 0, 0, []);

    public static byte[] Frame(Http2FrameType type, int flags, int stream, byte[] body) =>
    [
        (byte)(body.Length >> 16), (byte)(body.Length >> 8), (byte)body.Length, (byte)type, (byte)flags,
        (byte)(stream >> 24), (byte)(stream >> 16), (byte)(stream >> 8), (byte)stream, .. body,
    ];

    /// <summary>A header block in one frame.</summary>
    public static byte[] Headers(int stream, bool ends, params byte[][] fields) =>
        Frame(Http2FrameType.Headers, ends ? 5 : 4, stream, [.. fields.SelectMany(field => field)]);

    public static byte[] Data(int stream, bool ends, byte[] body) =>
        Frame(Http2FrameType.Data, ends ? 1 : 0, stream, body);

    public static byte[] Data(int stream, bool ends, string body) => Data(stream, ends, Encoding.UTF8.GetBytes(body));

    /// <summary>A number of the tables.</summary>
    public static byte[] Indexed(int number) => [(byte)(0x80 | number)];

    /// <summary>A literal that joins the table when told to; texts below 127 bytes.</summary>
    public static byte[] Literal(string name, string value, bool keep = false) =>
        [(byte)(keep ? 0x40 : 0), .. Text(name), .. Text(value)];

    /// <summary>A literal whose name is a number below 15.</summary>
    public static byte[] Named(int number, string value, bool keep = false) =>
        [(byte)((keep ? 0x40 : 0) | number), .. Text(value)];

    /// <summary>GET with a path that joins the table.</summary>
    public static byte[] Get(int stream, string path, bool ends = true) =>
        Headers(stream, ends, Indexed(2), Indexed(6), Named(4, path, keep: true));

    /// <summary>An answer without a body.</summary>
    public static byte[] Ok(int stream, bool ends = true) => Headers(stream, ends, Indexed(8));

    /// <summary>A gRPC message.</summary>
    public static byte[] Message(params byte[] message) => [0, 0, 0, 0, (byte)message.Length, .. message];

    private static byte[] Text(string text) => [(byte)text.Length, .. Encoding.Latin1.GetBytes(text)];
}
