using System.Diagnostics;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Replay.Tests;

/// <summary>What tshark decodes of a recording.</summary>
internal static class Tshark
{
    /// <summary>The chosen fields of all packets that match, one line per packet, in the capture's order.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="decode">How to decode a port, such as "tcp.port==6379,resp".</param>
    /// <param name="filter">Display filter.</param>
    /// <param name="fields">Fields; several values of one are separated by a comma.</param>
    public static List<string[]> Fields(string recording, string[] decode, string filter, params string[] fields)
    {
        var program = Programs.Require("tshark", "tshark");
        string[] arguments =
        [
            "-n", "-r", Recording.PathOf(recording), "-Y", filter, "-T", "fields",
            .. decode.SelectMany(rule => new[] { "-d", rule }),
            .. fields.SelectMany(field => new[] { "-e", field }),
        ];
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return [.. lines.Select(line => line.Split('\t'))];
    }

    /// <summary>As above: each packet's fields as one text, by the port of the client.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="decode">How to decode a port.</param>
    /// <param name="filter">Display filter.</param>
    /// <param name="port">Field of the client's port.</param>
    /// <param name="fields">Fields.</param>
    public static List<string> ByPort(
        string recording, string[] decode, string filter, string port, params string[] fields) =>
    [
        .. Fields(recording, decode, filter, [port, .. fields])
            .Select((line, i) => (Port: int.Parse(line[0]), Order: i, Text: string.Join('|', line.Skip(1))))
            .OrderBy(line => line.Port).ThenBy(line => line.Order).Select(line => line.Text),
    ];
}
