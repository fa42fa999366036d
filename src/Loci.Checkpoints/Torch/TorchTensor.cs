namespace Loci.Checkpoints.Torch;

/// <summary>Numbers that tensors are views of.</summary>
/// <param name="Key">What the file calls them.</param>
/// <param name="Type">Their type; null for bytes.</param>
/// <param name="Count">How many, or how many bytes.</param>
/// <param name="First">Of the older layout: where they begin in the numbers of that key.</param>
internal sealed record TorchStorage(string Key, TensorType? Type, long Count, long First = 0)
{
    /// <summary>The storage that a persistent id names.</summary>
    public static TorchStorage Of(object? reference, string path)
    {
        if (reference is PickleReference { Id: PickleList { Items: ["storage", PickleGlobal storage, string key, _,
            long count, .. var rest] } } && PickleGlobals.TryStorage(storage, out var type) && count >= 0)
        {
            if (rest is [] or [null]) return new(key, type, count);
            if (rest is [PickleList { Items: [_, long first, long size] }] && first >= 0 && size >= 0)
                return new(key, type, size, first);
        }
        throw new InvalidFileException(path, "names numbers of a tensor in a way that torch.save does not");
    }
}

/// <summary>A tensor of a pickle: a view of numbers, by strides.</summary>
/// <param name="Storage">The numbers.</param>
/// <param name="Type">Their type.</param>
/// <param name="Offset">The first one's place.</param>
/// <param name="Shape">Extents, outermost first.</param>
/// <param name="Strides">Steps, in numbers.</param>
internal sealed record TorchTensor(TorchStorage Storage, TensorType Type, long Offset, long[] Shape, long[] Strides)
{
    private const int MostDimensions = 16;

    /// <summary>The tensor that a value of a pickle is, or null.</summary>
    public static TorchTensor? Of(object? value, string path)
    {
        for (int depth = 0; depth < 4; depth++)
            if (value is PickleObject { Global.FullName: PickleGlobals.Parameter or PickleGlobals.ParameterClass,
                Arguments.Items: [var data, ..] }) value = data;
        if (value is not PickleObject made || !PickleGlobals.Rebuilds.Contains(made.Global.FullName)) return null;
        if (made.Arguments.Items is not [var reference, long offset, PickleList shape, PickleList strides, .. var rest])
            throw new InvalidFileException(path, $"rebuilds a tensor in a way that torch.save does not");
        var storage = TorchStorage.Of(reference, path);
        bool third = made.Global.FullName == PickleGlobals.Rebuilds[2];
        var type = third && rest is [_, _, PickleGlobal named, ..] ? PickleGlobals.NumberType(named) : storage.Type;
        if (type is null) throw new InvalidFileException(path, "holds a tensor of numbers without a type");
        var tensor = new TorchTensor(storage, type.Value, offset, Longs(shape), Longs(strides));
        return tensor.IsWithin ? tensor : throw new InvalidFileException(
            path, $"holds a tensor [{string.Join(", ", tensor.Shape)}] that reaches beyond its numbers");

        long[] Longs(PickleList list) => list.Items.Count <= MostDimensions && list.Items.All(item => item is long)
            ? [.. list.Items.Cast<long>()]
            : throw new InvalidFileException(path, "holds a tensor whose shape is none");
    }

    /// <summary>Bytes of one number.</summary>
    public int Size => Type.Bits() / 8;

    /// <summary>True where its numbers lie row by row without gaps.</summary>
    public bool IsContiguous
    {
        get
        {
            long step = 1;
            for (int d = Shape.Length - 1; d >= 0; step *= Shape[d], d--)
                if (Shape[d] != 1 && Strides[d] != step) return Shape.Contains(0);
            return true;
        }
    }

    private bool IsWithin
    {
        get
        {
            long most = Storage.Type is null ? Storage.Count / Size : Storage.Count;
            if (Shape.Length != Strides.Length || Offset < 0 || Shape.Any(n => n < 0) || Strides.Any(n => n < 0)
                || !TensorTypes.TrySize(Type, Shape, out _)) return false;
            if (Shape.Contains(0)) return Offset <= most;
            Int128 last = Offset;
            for (int d = 0; d < Shape.Length; d++) last += (Int128)(Shape[d] - 1) * Strides[d];
            return last < most;
        }
    }

    /// <summary>A row-major copy of its numbers.</summary>
    /// <param name="numbers">The bytes of the storage from its start.</param>
    /// <param name="start">Where the storage starts.</param>
    public byte[] Copy(MappedFile numbers, long start)
    {
        int size = Size;
        long count = Shape.Aggregate(1L, (product, n) => product * n);
        byte[] copy = new byte[checked((int)(count * size))];
        long[] at = new long[Shape.Length];
        for (int i = 0; i < copy.Length; i += size)
        {
            long place = Offset;
            for (int d = 0; d < at.Length; d++) place += at[d] * Strides[d];
            numbers.Bytes(start + place * size, size).CopyTo(copy.AsSpan(i));
            for (int d = at.Length - 1; d >= 0 && ++at[d] == Shape[d]; d--) at[d] = 0;
        }
        return copy;
    }
}
