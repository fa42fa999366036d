using System.Runtime.InteropServices;

namespace Loci.Memory.Numerics.Kernels;

/// <summary>Native memory at a multiple of 64 bytes, of any size, freed with its owner. Whoever uses
/// <see cref="Address"/> keeps the owner alive meanwhile (<see cref="GC.KeepAlive"/>).</summary>
internal sealed unsafe class AlignedMemory
{
    private const int Alignment = 64;

    public AlignedMemory(nuint bytes)
    {
        Bytes = bytes;
        Address = (byte*)NativeMemory.AlignedAlloc(Math.Max(bytes, 1), Alignment);
        GC.AddMemoryPressure(Math.Max((long)bytes, 1));
    }

    ~AlignedMemory()
    {
        if (Address == null) return;
        NativeMemory.AlignedFree(Address);
        GC.RemoveMemoryPressure(Math.Max((long)Bytes, 1));
    }

    public byte* Address { get; }

    public nuint Bytes { get; }
}
