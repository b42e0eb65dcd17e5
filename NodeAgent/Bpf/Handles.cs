using Microsoft.Win32.SafeHandles;

namespace Coral.NodeAgent.Bpf;

/// <summary>A <c>struct bpf_object</c>: closing it unloads its programs and maps.</summary>
internal sealed class BpfObjectHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    internal BpfObjectHandle(nint pointer)
        : base(ownsHandle: true) => SetHandle(pointer);

    protected override bool ReleaseHandle()
    {
        LibBpf.ObjectClose(handle);
        return true;
    }
}

/// <summary>A <c>struct bpf_link</c>: closing it detaches its program.</summary>
internal sealed class BpfLinkHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    internal BpfLinkHandle(nint pointer)
        : base(ownsHandle: true) => SetHandle(pointer);

    protected override bool ReleaseHandle() => LibBpf.LinkDestroy(handle) == 0;
}
