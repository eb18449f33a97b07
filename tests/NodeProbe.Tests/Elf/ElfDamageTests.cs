using PixieOrleans.NodeProbe.Elf;
using PixieOrleans.TestKit;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.NodeProbe.Tests.Elf;

/// <summary>Cut and changed files: nothing is thrown, nothing large is allocated, nothing outside is read.</summary>
public sealed class ElfDamageTests
{
    private const long MaxAllocatedBytes = 1 << 20; // of reading a program of 16 KiB; also when a size says 2^60
    private static readonly string[] Names = ["main", "helper", "_start"];

    [Fact]
    public async Task TryParse_CutAtEveryByte_ReadsWhatIsThere()
    {
        var image = await ImageAsync();

        for (var length = 0; length < image.Length; length++)
        {
            Read(image.AsMemory(0, length));
        }

        Assert.Equal(3, Read(image));
    }

    [Fact]
    public async Task TryParse_EveryHeaderByteChanged_StaysWithinItsBounds()
    {
        var image = await ImageAsync();
        foreach (var at in HeaderBytes(image))
        {
            foreach (var value in new byte[] { 0x00, 0x7F, 0x80, 0xFF })
            {
                var before = image[at];
                image[at] = value;

                var allocated = Allocations.Least(() => Read(image), MaxAllocatedBytes - 1);

                image[at] = before;
                Assert.True(allocated < MaxAllocatedBytes, $"byte {at} = {value}: {allocated} bytes allocated");
            }
        }
    }

    [Fact]
    public async Task TryParse_BytesChangedAtRandom_NeverThrows()
    {
        var image = await ImageAsync();
        var random = new Random(20260101); // fixed: a failure repeats
        for (var run = 0; run < 3000; run++)
        {
            var damaged = image.ToArray();
            for (var change = 0; change < 20; change++)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            Read(damaged);
        }
    }

    /// <summary>File header, program headers, section headers.</summary>
    private static IEnumerable<int> HeaderBytes(byte[] image)
    {
        var sections = (int)BitConverter.ToInt64(image, 40);
        return Enumerable.Range(0, 64 + (13 * 56)).Concat(Enumerable.Range(sections, image.Length - sections));
    }

    /// <summary>Uses everything that the reader offers; returns the functions found.</summary>
    private static int Read(ReadOnlyMemory<byte> image)
    {
        using var bytes = ElfBytes.OfMemory(image);
        if (!ElfFile.TryParse(bytes, out var file, out var error))
        {
            Assert.NotEmpty(error);
            return 0;
        }

        foreach (var section in file.Sections)
        {
            Assert.True((file.ReadSection(section, 1 << 16)?.Length ?? 0) <= image.Length);
        }

        var names = ElfSymbols.ReadNames(file, ElfSymbolTable.Full, 1 << 16);
        foreach (var symbol in ElfSymbols.Read(file, ElfSymbolTable.Full))
        {
            Assert.True(ElfSymbols.NameAt(names, symbol.NameOffset).Length <= image.Length);
            file.OffsetOf(symbol.Address);
            file.AddressOf(symbol.Address);
        }

        return ElfSymbols.FindFunctions(file, Names).Count;
    }

    private static async Task<byte[]> ImageAsync()
    {
        using var folder = new TempFolder();
        var program = await ElfPrograms.CompileAsync(folder, """
            static int helper(int x) { return x * 3; }
            int main(int argc, char **argv) { return helper(argc); }
            """, "-O0");
        return await File.ReadAllBytesAsync(program, TestContext.Current.CancellationToken);
    }
}
