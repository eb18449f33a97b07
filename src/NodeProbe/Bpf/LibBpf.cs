using System.Runtime.InteropServices;

namespace PixieOrleans.NodeProbe.Bpf;

/// <summary>The functions of libbpf 1.x in use. An int result is 0 or -errno; a null pointer sets errno.</summary>
internal static unsafe partial class LibBpf
{
    private const string Library = "libbpf.so.1";

    [LibraryImport(Library, EntryPoint = "bpf_object__open_mem", SetLastError = true)]
    internal static partial BpfObjectHandle OpenObject(byte* data, nuint bytes, BpfObjectOpenOptions* options);

    [LibraryImport(Library, EntryPoint = "bpf_object__load")]
    internal static partial int LoadObject(BpfObjectHandle handle);

    [LibraryImport(Library, EntryPoint = "bpf_object__close")]
    internal static partial void CloseObject(nint handle);

    /// <summary>Borrowed pointer to the next program, owned by the object; 0 starts and ends.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_object__next_program")]
    internal static partial nint NextProgram(BpfObjectHandle handle, nint previous);

    /// <summary>Borrowed pointer to the next map, owned by the object; 0 starts and ends.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_object__next_map")]
    internal static partial nint NextMap(BpfObjectHandle handle, nint previous);

    [LibraryImport(Library, EntryPoint = "bpf_program__name")]
    internal static partial byte* ProgramName(nint program);

    [LibraryImport(Library, EntryPoint = "bpf_program__section_name")]
    internal static partial byte* ProgramSection(nint program);

    [LibraryImport(Library, EntryPoint = "bpf_program__set_autoload")]
    internal static partial int SetAutoload(nint program, [MarshalAs(UnmanagedType.U1)] bool autoload);

    [LibraryImport(Library, EntryPoint = "bpf_program__fd")]
    internal static partial int ProgramFd(nint program);

    [LibraryImport(Library, EntryPoint = "bpf_program__attach", SetLastError = true)]
    internal static partial BpfLinkHandle Attach(nint program);

    [LibraryImport(Library, EntryPoint = "bpf_program__attach_tracepoint", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8)]
    internal static partial BpfLinkHandle AttachTracepoint(nint program, string category, string name);

    [LibraryImport(Library, EntryPoint = "bpf_program__attach_kprobe", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8)]
    internal static partial BpfLinkHandle AttachKprobe(
        nint program, [MarshalAs(UnmanagedType.U1)] bool onReturn, string function);

    /// <summary>The link owns the descriptor of the event, unless the call fails.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_program__attach_perf_event", SetLastError = true)]
    internal static partial BpfLinkHandle AttachPerfEvent(nint program, int perfEvent);

    [LibraryImport(Library, EntryPoint = "bpf_link__destroy")]
    internal static partial int DestroyLink(nint link);

    [LibraryImport(Library, EntryPoint = "bpf_link__fd")]
    internal static partial int LinkFd(BpfLinkHandle link);

    /// <summary>Descriptor of a new pass of an iterator, or -errno; reading it runs the program.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_iter_create")]
    internal static partial int CreateIterator(int link);

    [LibraryImport(Library, EntryPoint = "bpf_map__name")]
    internal static partial byte* MapName(nint map);

    [LibraryImport(Library, EntryPoint = "bpf_map__fd")]
    internal static partial int MapFd(nint map);

    [LibraryImport(Library, EntryPoint = "bpf_map__key_size")]
    internal static partial uint KeyBytes(nint map);

    [LibraryImport(Library, EntryPoint = "bpf_map__value_size")]
    internal static partial uint ValueBytes(nint map);

    [LibraryImport(Library, EntryPoint = "bpf_map__set_max_entries")]
    internal static partial int SetMaxEntries(nint map, uint entries);

    /// <summary>Before load: the map is the one of this descriptor, which stays the caller's.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_map__reuse_fd")]
    internal static partial int ReuseMap(nint map, int fd);

    /// <summary>Borrowed pointer to the initial bytes of a data section's map; writable until load.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_map__initial_value")]
    internal static partial byte* InitialValue(nint map, nuint* bytes);

    [LibraryImport(Library, EntryPoint = "bpf_map_create", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int CreateMap(
        uint type, string name, uint keyBytes, uint valueBytes, uint entries, nint options);

    [LibraryImport(Library, EntryPoint = "bpf_map_update_elem")]
    internal static partial int Update(int fd, void* key, void* value, ulong flags);

    [LibraryImport(Library, EntryPoint = "bpf_map_lookup_elem")]
    internal static partial int Lookup(int fd, void* key, void* value);

    [LibraryImport(Library, EntryPoint = "bpf_map_delete_elem")]
    internal static partial int Delete(int fd, void* key);

    [LibraryImport(Library, EntryPoint = "bpf_map_get_next_key")]
    internal static partial int NextKey(int fd, void* key, void* nextKey);

    [LibraryImport(Library, EntryPoint = "bpf_map_lookup_batch")]
    internal static partial int LookupBatch(
        int fd, void* inBatch, void* outBatch, void* keys, void* values, uint* count, nint options);

    [LibraryImport(Library, EntryPoint = "bpf_map_lookup_and_delete_batch")]
    internal static partial int TakeBatch(
        int fd, void* inBatch, void* outBatch, void* keys, void* values, uint* count, nint options);

    [LibraryImport(Library, EntryPoint = "bpf_prog_test_run_opts")]
    internal static partial int TestRun(int fd, BpfTestRunOptions* options);

    [LibraryImport(Library, EntryPoint = "libbpf_num_possible_cpus")]
    internal static partial int PossibleCpus();

    /// <summary>1 supported, 0 not, -errno when it could not be told.</summary>
    [LibraryImport(Library, EntryPoint = "libbpf_probe_bpf_map_type")]
    internal static partial int ProbeMapType(uint type, nint options);

    /// <summary>1 supported, 0 not, -errno when it could not be told.</summary>
    [LibraryImport(Library, EntryPoint = "libbpf_probe_bpf_helper")]
    internal static partial int ProbeHelper(uint programType, uint helper, nint options);

    [LibraryImport(Library, EntryPoint = "libbpf_set_print")]
    internal static partial nint SetPrint(delegate* unmanaged[Cdecl]<int, byte*, nint, int> print);
}

/// <summary>The head of struct bpf_object_open_opts; libbpf takes the rest as zero.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BpfObjectOpenOptions
{
    /// <summary>Bytes of this struct.</summary>
    public nuint Size;

    /// <summary>Name that the maps of data sections start with, zero-terminated.</summary>
    public byte* ObjectName;
}

/// <summary>struct bpf_test_run_opts.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BpfTestRunOptions
{
    /// <summary>Bytes of this struct.</summary>
    public nuint Size;

    /// <summary>Unused here.</summary>
    public void* DataIn;

    /// <summary>Unused here.</summary>
    public void* DataOut;

    /// <summary>Unused here.</summary>
    public uint DataInBytes;

    /// <summary>Unused here.</summary>
    public uint DataOutBytes;

    /// <summary>Arguments of the program.</summary>
    public void* Context;

    /// <summary>Unused here.</summary>
    public void* ContextOut;

    /// <summary>Bytes of <see cref="Context"/>.</summary>
    public uint ContextBytes;

    /// <summary>Unused here.</summary>
    public uint ContextOutBytes;

    /// <summary>What the program returned.</summary>
    public uint Result;

    /// <summary>Must be 0 for raw tracepoint programs.</summary>
    public int Repeat;

    /// <summary>Duration, ns.</summary>
    public uint Duration;

    /// <summary>Flags of the run.</summary>
    public uint Flags;

    /// <summary>CPU to run on, with a flag.</summary>
    public uint Cpu;

    /// <summary>Unused here.</summary>
    public uint Batch;
}
