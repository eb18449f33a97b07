using System.Buffers.Binary;

namespace PixieOrleans.Protocols.Cql;

/// <summary>Checksums of the segments of version 5.</summary>
/// <remarks>
/// CRC24 over the head: start 0x875060, polynomial 0x1974f0b, high bit first. CRC32 over the payload: that of zlib over
/// fa 2d 55 ca and the payload. Source: native_protocol_v5.spec, section "Framing".
/// </remarks>
internal static class CqlChecksum
{
    private const uint Start24 = 0x875060;
    private const uint Polynomial24 = 0x1974f0b;
    private const uint Polynomial32 = 0xedb88320; // reflected
    private const int Slices = 8; // bytes of the payload per step
    private static readonly uint[] Table24 = Make24();
    private static readonly uint[][] Tables32 = Make32();
    private static readonly uint Start32 = Add32(uint.MaxValue, [0xfa, 0x2d, 0x55, 0xca]);

    /// <summary>Of a segment's head.</summary>
    public static uint Crc24(ReadOnlySpan<byte> bytes)
    {
        var crc = Start24;
        foreach (var value in bytes)
        {
            crc = ((crc << 8) ^ Table24[((crc >> 16) ^ value) & 0xff]) & 0xffffff;
        }

        return crc;
    }

    /// <summary>Of a segment's payload.</summary>
    public static uint Crc32(ReadOnlySpan<byte> bytes) => ~Add32(Start32, bytes);

    private static uint Add32(uint crc, ReadOnlySpan<byte> bytes)
    {
        var tables = Tables32;
        while (bytes.Length >= Slices)
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = tables[7][low & 0xff] ^ tables[6][(low >> 8) & 0xff] ^ tables[5][(low >> 16) & 0xff]
                ^ tables[4][low >> 24] ^ tables[3][high & 0xff] ^ tables[2][(high >> 8) & 0xff]
                ^ tables[1][(high >> 16) & 0xff] ^ tables[0][high >> 24];
            bytes = bytes[Slices..];
        }

        foreach (var value in bytes)
        {
            crc = (crc >> 8) ^ tables[0][(crc ^ value) & 0xff];
        }

        return crc;
    }

    private static uint[] Make24()
    {
        var table = new uint[256];
        for (var i = 0U; i < table.Length; i++)
        {
            var crc = i << 16;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc << 1) ^ ((crc >> 23 & 1) != 0 ? Polynomial24 : 0);
            }

            table[i] = crc & 0xffffff;
        }

        return table;
    }

    private static uint[][] Make32()
    {
        var tables = new uint[Slices][];
        for (var slice = 0; slice < Slices; slice++)
        {
            tables[slice] = new uint[256];
            for (var i = 0U; i < 256; i++)
            {
                var crc = slice == 0 ? i : tables[slice - 1][i];
                for (var bit = 0; bit < 8; bit++)
                {
                    crc = (crc >> 1) ^ ((crc & 1) != 0 ? Polynomial32 : 0);
                }

                tables[slice][i] = crc;
            }
        }

        return tables;
    }
}
