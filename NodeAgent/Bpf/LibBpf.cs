using System.Runtime.InteropServices;

namespace Coral.NodeAgent.Bpf;

/// <summary>The calls of libbpf 1.x that are used. Those that return a pointer return null and set errno; the others return a negative errno.</summary>
internal static unsafe partial class LibBpf
{
    internal const string Library = "libbpf.so.1";

    [LibraryImport(Library, EntryPoint = "libbpf_version_string")]
    internal static partial byte* VersionString();

    internal static nint AddressOfVersionString() => NativeLibrary.GetExport(NativeLibrary.Load(Library, typeof(LibBpf).Assembly, null), "libbpf_version_string");

    [LibraryImport(Library, EntryPoint = "libbpf_set_print")]
    internal static partial nint SetPrint(delegate* unmanaged<int, byte*, nint, int> print);

    [LibraryImport(Library, EntryPoint = "bpf_object__open_mem", SetLastError = true)]
    internal static partial nint ObjectOpen(void* bytes, nuint size, OpenOptions* options);

    [LibraryImport(Library, EntryPoint = "bpf_object__load")]
    internal static partial int ObjectLoad(BpfObjectHandle handle);

    [LibraryImport(Library, EntryPoint = "bpf_object__close")]
    internal static partial void ObjectClose(nint handle);

    [LibraryImport(Library, EntryPoint = "bpf_object__next_program")]
    internal static partial nint NextProgram(BpfObjectHandle handle, nint previous);

    [LibraryImport(Library, EntryPoint = "bpf_object__find_map_by_name", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint FindMap(BpfObjectHandle handle, string name);

    [LibraryImport(Library, EntryPoint = "bpf_object__next_map")]
    internal static partial nint NextMap(BpfObjectHandle handle, nint previous);

    [LibraryImport(Library, EntryPoint = "bpf_map__name")]
    internal static partial byte* MapName(nint map);

    [LibraryImport(Library, EntryPoint = "bpf_map__type")]
    internal static partial int MapType(nint map);

    [LibraryImport(Library, EntryPoint = "bpf_map__key_size")]
    internal static partial uint MapKeySize(nint map);

    [LibraryImport(Library, EntryPoint = "bpf_map__value_size")]
    internal static partial uint MapValueSize(nint map);

    [LibraryImport(Library, EntryPoint = "bpf_map__max_entries")]
    internal static partial uint MapEntries(nint map);

    [LibraryImport(Library, EntryPoint = "bpf_map__set_max_entries")]
    internal static partial int SetMapEntries(nint map, uint entries);

    [LibraryImport(Library, EntryPoint = "bpf_map__map_flags")]
    internal static partial uint MapFlags(nint map);

    [LibraryImport(Library, EntryPoint = "bpf_map__initial_value")]
    internal static partial void* MapInitialValue(nint map, nuint* size);

    [LibraryImport(Library, EntryPoint = "bpf_map_lookup_batch")]
    internal static partial int MapLookupBatch(int map, void* from, void* next, void* keys, void* values, uint* count, void* options);

    [LibraryImport(Library, EntryPoint = "bpf_map_delete_elem")]
    internal static partial int MapDelete(int map, void* key);

    [LibraryImport(Library, EntryPoint = "bpf_map__fd")]
    internal static partial int MapDescriptor(nint map);

    [LibraryImport(Library, EntryPoint = "bpf_map_lookup_elem")]
    internal static partial int MapLookup(int map, void* key, void* value);

    [LibraryImport(Library, EntryPoint = "bpf_map_update_elem")]
    internal static partial int MapUpdate(int map, void* key, void* value, ulong flags);

    [LibraryImport(Library, EntryPoint = "bpf_map_update_batch")]
    internal static partial int MapUpdateBatch(int map, void* keys, void* values, uint* count, void* options);

    [LibraryImport(Library, EntryPoint = "bpf_program__name")]
    internal static partial byte* ProgramName(nint program);

    [LibraryImport(Library, EntryPoint = "bpf_program__set_autoload")]
    internal static partial int SetAutoload(nint program, [MarshalAs(UnmanagedType.U1)] bool load);

    [LibraryImport(Library, EntryPoint = "bpf_program__autoload")]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool Autoload(nint program);

    [LibraryImport(Library, EntryPoint = "libbpf_find_vmlinux_btf_id", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int FindVmlinuxBtfId(string name, int attachType);

    [LibraryImport(Library, EntryPoint = "bpf_program__set_log_buf")]
    internal static partial int SetLogBuffer(nint program, byte* buffer, nuint size);

    [LibraryImport(Library, EntryPoint = "bpf_program__set_expected_attach_type")]
    internal static partial int SetExpectedAttachType(nint program, int type);

    [LibraryImport(Library, EntryPoint = "bpf_program__fd")]
    internal static partial int ProgramDescriptor(nint program);

    [LibraryImport(Library, EntryPoint = "bpf_program__attach", SetLastError = true)]
    internal static partial nint Attach(nint program);

    [LibraryImport(Library, EntryPoint = "bpf_program__attach_perf_event", SetLastError = true)]
    internal static partial nint AttachPerfEvent(nint program, int descriptor);

    [LibraryImport(Library, EntryPoint = "bpf_program__attach_cgroup", SetLastError = true)]
    internal static partial nint AttachCgroup(nint program, int descriptor);

    [LibraryImport(Library, EntryPoint = "bpf_program__attach_netns", SetLastError = true)]
    internal static partial nint AttachNetworkNamespace(nint program, int descriptor);

    [LibraryImport(Library, EntryPoint = "bpf_link__fd")]
    internal static partial int LinkDescriptor(BpfLinkHandle link);

    [LibraryImport(Library, EntryPoint = "bpf_link__destroy")]
    internal static partial int LinkDestroy(nint link);

    [LibraryImport(Library, EntryPoint = "bpf_iter_create")]
    internal static partial int IteratorCreate(int link);

    /// <summary>The beginning of <c>struct bpf_object_open_opts</c>; libbpf takes members beyond <see cref="Size"/> for unset.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct OpenOptions
    {
        internal nuint Size;
        internal byte* Name;
    }
}
