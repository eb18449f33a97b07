using System.Diagnostics;
using PixieOrleans.NodeProbe.Elf;
using PixieOrleans.NodeProbe.Profiles.Unwinding;
using PixieOrleans.NodeProbe.Tests.Elf;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.NodeProbe.Tests.Profiles.Unwinding;

/// <summary>Cut and changed tables: nothing is thrown, nothing large is allocated, no walk goes on for ever.</summary>
public sealed class FrameDamageTests
{
    private const int MaxBytes = 1 << 20;
    private const long MaxAllocatedBytes = 1 << 20; // of reading a program of 16 KiB
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(5); // of one damaged file; it takes microseconds

    [Fact]
    public async Task Read_CutAtEveryByte_FindsWhatIsThere()
    {
        var image = await ImageAsync();
        var (start, length) = SectionOf(image);
        for (var kept = 0; kept < length; kept++)
        {
            var cut = image.ToArray();
            cut.AsSpan(start + kept, length - kept).Clear();
            Use(cut);
        }

        Assert.InRange(Use(image), 4, 1000);
    }

    [Fact]
    public async Task Read_EveryByteChanged_StaysWithinItsBounds()
    {
        var image = await ImageAsync();
        var (start, length) = SectionOf(image);
        for (var at = start; at < start + length; at++)
        {
            foreach (var value in new byte[] { 0x00, 0x01, 0x0A, 0x0B, 0x0F, 0x10, 0x16, 0x7F, 0x80, 0xFF })
            {
                var before = image[at];
                image[at] = value;
                Use(image);
                image[at] = before;
            }
        }
    }

    [Fact]
    public async Task Read_BytesChangedAtRandom_NeverThrows()
    {
        var image = await ImageAsync();
        var (start, length) = SectionOf(image);
        var random = new Random(20260102); // fixed: a failure repeats
        for (var run = 0; run < 3000; run++)
        {
            var damaged = image.ToArray();
            for (var change = 0; change < 8; change++)
            {
                damaged[start + random.Next(length)] = (byte)random.Next(256);
            }

            Use(damaged);
        }
    }

    [Fact]
    public void TryEvaluate_AnyBytes_EndsAndNeverThrows()
    {
        var random = new Random(20260103);
        var (stack, expression) = (new byte[256], new byte[64]);
        for (var run = 0; run < 20_000; run++)
        {
            random.NextBytes(stack);
            random.NextBytes(expression);
            expression[0] = (byte)random.Next(expression.Length + 2);
            var registers = default(RegisterValues);
            registers.Set(DwarfRegister.Sp, 0x1000);
            registers.Set(DwarfRegister.Pc, 0x400000);

            var frame = new UnwindFrame(registers, new StackMemory(0x1000, stack));
            DwarfExpression.TryEvaluate(expression, 0, frame, cfa: 0x1010, out _);
        }
    }

    /// <summary>Reads the table and asks for every place of the code; returns how many are described.</summary>
    private static int Use(byte[] image)
    {
        var watch = Stopwatch.StartNew();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        using var bytes = ElfBytes.OfMemory(image);
        Assert.True(ElfFile.TryParse(bytes, out var file, out var error), error);
        var table = FrameTable.Read(file, MaxBytes);
        var code = file.Sections.Single(section => section.Name == ".text");
        var described = 0;
        for (var address = code.Address; address < code.Address + code.Bytes; address += 3)
        {
            if (table.TryFind(address, out var row))
            {
                described++;
                Walk(table, row, address);
            }
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Assert.True(allocated < MaxAllocatedBytes, $"{allocated} bytes allocated");
        Assert.True(watch.Elapsed < MostTime, $"took {watch.Elapsed}");
        return described;
    }

    private static void Walk(FrameTable table, in UnwindRow row, ulong address)
    {
        if (row.CfaRegister < 0)
        {
            var registers = default(RegisterValues);
            registers.Set(DwarfRegister.Sp, 0x1000);
            registers.Set(DwarfRegister.Pc, address);
            var frame = new UnwindFrame(registers, new StackMemory(0x1000, new byte[64]));
            table.TryEvaluate(row.CfaOffset, frame, cfa: null, out _);
        }
    }

    private static (int Start, int Length) SectionOf(byte[] image)
    {
        using var bytes = ElfBytes.OfMemory(image);
        Assert.True(ElfFile.TryParse(bytes, out var file, out var error), error);
        var section = file.Sections.Single(section => section.Name == ".eh_frame");
        return ((int)section.Offset, (int)section.Bytes);
    }

    private static async Task<byte[]> ImageAsync()
    {
        using var folder = new TempFolder();
        var program = await ElfPrograms.CompileAsync(folder, """
            static int helper(int x) { int y[100]; for (int i = 0; i < x; i++) y[i % 100] = x * i; return y[x % 100]; }
            int main(int argc, char **argv) { return helper(argc) + helper(argc * 2); }
            """, "-O1");
        return await File.ReadAllBytesAsync(program, TestContext.Current.CancellationToken);
    }
}
