using System.Runtime.InteropServices;

namespace Loci.Memory.Numerics.Kernels;

/// <summary>Native memory at a multiple of 64 bytes, of any size, freed with its owner or before. Whoever uses
/// <see cref="Address"/> keeps the owner alive meanwhile (<see cref="GC.KeepAlive"/>).</summary>
internal sealed unsafe class AlignedMemory
{
    private const int Alignment = 64;

    private byte* _address;

    public AlignedMemory(nuint bytes)
    {
        Bytes = bytes;
        _address = (byte*)NativeMemory.AlignedAlloc(Math.Max(bytes, 1), Alignment);
        GC.AddMemoryPressure(Math.Max((long)bytes, 1));
    }

    ~AlignedMemory() => Free();

    /// <exception cref="ObjectDisposedException">The memory has been freed.</exception>
    public byte* Address
    {
        get
        {
            ObjectDisposedException.ThrowIf(_address == null, this);
            return _address;
        }
    }

    public nuint Bytes { get; }

    /// <summary>Frees the memory before its owner is collected.</summary>
    public void Free()
    {
        if (_address == null) return;
        NativeMemory.AlignedFree(_address);
        _address = null;
        GC.RemoveMemoryPressure(Math.Max((long)Bytes, 1));
    }
}
