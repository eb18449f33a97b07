using System.Runtime.InteropServices;

namespace PixieOrleans.NodeProbe.Tls.SelfTests;

/// <summary>Which file, whose it is, and who may write it; the head of struct statx (statx(2)).</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal readonly unsafe partial struct FileFacts
{
    private const int BasicAndMore = 0x7ff; // STATX_BASIC_STATS
    private const int CurrentFolder = -100; // AT_FDCWD
    private const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const int KindMask = 0xf000; // S_IFMT
    private const int WrittenByOthers = 0x12; // S_IWGRP, which stands for access lists too, and S_IWOTH
    private const int Sticky = 0x200; // S_ISVTX

    [FieldOffset(20)]
    private readonly uint _owner;

    [FieldOffset(28)]
    private readonly ushort _mode;

    [FieldOffset(32)]
    private readonly ulong _inode;

    [FieldOffset(40)]
    private readonly ulong _bytes;

    [FieldOffset(96)]
    private readonly long _changedSeconds;

    [FieldOffset(104)]
    private readonly uint _changedNs;

    [FieldOffset(136)]
    private readonly ulong _device;

    /// <summary>User id of the owner.</summary>
    public uint Owner => _owner;

    /// <summary>True for what is not a link, a device or a pipe.</summary>
    public bool IsFileOrFolder => (_mode & KindMask) is 0x8000 or 0x4000;

    /// <summary>True when others than the owner may write it, or replace what is in a folder.</summary>
    public bool IsOpenToOthers =>
        (_mode & WrittenByOthers) != 0 && !((_mode & KindMask) == 0x4000 && (_mode & Sticky) != 0);

    /// <summary>The file and its last change: another file of the same number has another time.</summary>
    public (ulong Device, ulong Inode, long Seconds, uint Ns, ulong Bytes) Generation =>
        (_device, _inode, _changedSeconds, _changedNs, _bytes);

    /// <summary>Reads the facts of what a path leads to; null when it leads nowhere.</summary>
    /// <param name="path">The path.</param>
    /// <param name="follow">Follow a link at its end, such as those of /proc/self/fd.</param>
    public static FileFacts? Read(string path, bool follow)
    {
        FileFacts facts = default;
        return StatX(CurrentFolder, path, follow ? 0 : NoFollow, BasicAndMore, &facts) == 0 ? facts : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, FileFacts* facts);
}
