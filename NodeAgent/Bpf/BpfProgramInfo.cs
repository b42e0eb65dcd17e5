using System.Runtime.InteropServices;
using Coral.NodeAgent.Native;

namespace Coral.NodeAgent.Bpf;

/// <summary>What the kernel says of a loaded program (<c>struct bpf_prog_info</c>).</summary>
/// <param name="Name">Its name, at most 15 characters.</param>
/// <param name="Id">Its number.</param>
/// <param name="RecursionMisses">How often it was not called because it was running on that CPU already.</param>
/// <param name="VerifiedInstructions">How many steps the verifier took; 0 before Linux 5.16.</param>
internal sealed record BpfProgramInfo(string Name, uint Id, ulong RecursionMisses, uint VerifiedInstructions)
{
    private const int ObjectGetInfo = 15;
    private const int Bytes = 232;

    /// <exception cref="BpfException">The descriptor is no program's.</exception>
    internal static unsafe BpfProgramInfo Read(int descriptor)
    {
        var info = stackalloc byte[Bytes];
        new Span<byte>(info, Bytes).Clear();
        var attributes = stackalloc uint[4];
        attributes[0] = (uint)descriptor;
        attributes[1] = Bytes;
        *(ulong*)(attributes + 2) = (ulong)(nint)info;
        if (Libc.Syscall(Libc.SysBpf, ObjectGetInfo, (nint)attributes, 16, 0, 0) != 0) throw new BpfException("program info", Marshal.GetLastPInvokeError());
        return new BpfProgramInfo(Marshal.PtrToStringUTF8((nint)(info + 64)) ?? "", *(uint*)(info + 4), *(ulong*)(info + 208), *(uint*)(info + 216));
    }
}
