using System.Diagnostics;
using System.Runtime.InteropServices;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Recognition;
using PixieOrleans.TestKit;

namespace PixieOrleans.Protocols.Tests.Recognition;

/// <summary>The rules of bpf/socket/infer.h, compiled as they are for an ordinary program.</summary>
internal static class KernelRules
{
    private const string Headers = "bpf/socket";

    // Types and marks that the headers take from the kernel's side, and a program that answers head by head.
    private const string Program = """
        #include <stdio.h>
        typedef unsigned char __u8;
        typedef unsigned short __u16;
        typedef unsigned int __u32;
        typedef unsigned long long __u64;
        #undef __always_inline
        #define __always_inline inline __attribute__((always_inline))
        #define __noinline __attribute__((noinline))
        static struct { __u8 roles[16]; } pxo_settings = { { 3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3 } };
        #include "infer.h"
        int main(void)
        {
            struct { __u64 low, high, length, bytes, datagram; } in;
            while (fread(&in, sizeof(in), 1, stdin) == 1) {
                struct head head = { .words = { in.low, in.high }, .bytes = in.bytes,
                                     .length = in.length, .datagram = (int)in.datagram };
                __u8 protocol = 0;
                __u8 out[2] = { 0, (__u8)infer(&head, &protocol) };
                out[0] = out[1] ? protocol : 0;
                fwrite(out, 2, 1, stdout);
            }
            return 0;
        }
        """;

    /// <summary>Why the rules cannot be compiled here, or null.</summary>
    public static string? Obstacle =>
        SourceTree.Find(Headers) is null ? $"{Headers} is absent"
        : !File.Exists("/usr/bin/clang") ? "clang is not installed"
        : null;

    /// <summary>What the kernel's rules say of each head.</summary>
    public static (Protocol Protocol, MessageKind Kind)[] Recognise(IReadOnlyList<RecognitionHead> heads)
    {
        var folder = Directory.CreateTempSubdirectory("pxo-rules-");
        try
        {
            var program = Path.Combine(folder.FullName, "rules");
            File.WriteAllText(program + ".c", Program);
            Run("/usr/bin/clang", ["-O1", "-I", SourceTree.Find(Headers)!, "-o", program, program + ".c"], []);
            var found = Run(program, [], Encode(heads));
            return [.. found.Chunk(2).Select(pair => ((Protocol)pair[0], (MessageKind)pair[1]))];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static byte[] Encode(IReadOnlyList<RecognitionHead> heads)
    {
        var words = heads.SelectMany(h => new[] { h.Low, h.High, h.Length, (ulong)h.Bytes, h.IsDatagram ? 1UL : 0 });
        return MemoryMarshal.AsBytes<ulong>(words.ToArray()).ToArray();
    }

    private static byte[] Run(string program, string[] arguments, byte[] input)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var output = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(output);
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        reading.Wait();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output.ToArray();
    }
}
