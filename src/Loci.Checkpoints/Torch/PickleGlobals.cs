namespace Loci.Checkpoints.Torch;

/// <summary>
/// The classes and functions that a checkpoint's pickle may name: containers, tensors, and plain records of settings.
/// Every other one is refused by name.
/// </summary>
internal static class PickleGlobals
{
    private static readonly HashSet<string> s_inert =
    [
        "argparse.Namespace", "builtins.set", "__builtin__.set", "builtins.dict", "builtins.list", "builtins.int",
        "builtins.float", "collections.defaultdict", "_codecs.encode", "torch.device", "torch.Size",
        "numpy.dtype", "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar",
    ];

    public const string OrderedDict = "collections.OrderedDict";
    public const string Parameter = "torch._utils._rebuild_parameter";
    public const string ParameterClass = "torch.nn.parameter.Parameter";

    /// <summary>Functions that put a tensor together from its numbers.</summary>
    public static IReadOnlyList<string> Rebuilds { get; } =
    [
        "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor_v3",
    ];

    /// <summary>The type of the numbers that a storage class holds; null for bytes without one.</summary>
    public static bool TryStorage(PickleGlobal global, out TensorType? type)
    {
        (bool known, type) = global.FullName switch
        {
            "torch.FloatStorage" => (true, TensorType.Float32),
            "torch.HalfStorage" => (true, TensorType.Float16),
            "torch.BFloat16Storage" => (true, TensorType.BFloat16),
            "torch.DoubleStorage" => (true, TensorType.Float64),
            "torch.LongStorage" => (true, TensorType.Int64),
            "torch.IntStorage" => (true, TensorType.Int32),
            "torch.ShortStorage" => (true, TensorType.Int16),
            "torch.CharStorage" => (true, TensorType.Int8),
            "torch.ByteStorage" => (true, TensorType.UInt8),
            "torch.BoolStorage" => (true, TensorType.Boolean),
            "torch.storage.UntypedStorage" or "torch.UntypedStorage" => (true, (TensorType?)null),
            _ => (false, null),
        };
        return known;
    }

    /// <summary>The type that a <c>torch.dtype</c> names.</summary>
    public static TensorType? NumberType(PickleGlobal global) => global.Module != "torch" ? null : global.Name switch
    {
        "float32" => TensorType.Float32,
        "float16" => TensorType.Float16,
        "bfloat16" => TensorType.BFloat16,
        "float64" => TensorType.Float64,
        "int64" => TensorType.Int64,
        "int32" => TensorType.Int32,
        "int16" => TensorType.Int16,
        "int8" => TensorType.Int8,
        "uint8" => TensorType.UInt8,
        "bool" => TensorType.Boolean,
        _ => null,
    };

    public static bool IsAllowed(PickleGlobal global) =>
        global.FullName is OrderedDict or Parameter or ParameterClass || Rebuilds.Contains(global.FullName)
            || s_inert.Contains(global.FullName) || TryStorage(global, out _) || NumberType(global) is not null;
}
