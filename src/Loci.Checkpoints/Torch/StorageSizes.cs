using System.Runtime.CompilerServices;

namespace Loci.Checkpoints.Torch;

/// <summary>How many bytes a number of each storage takes: the older layout says so in the object alone.</summary>
internal static class StorageSizes
{
    /// <summary>Walks everything that an object holds, each part once.</summary>
    public static Dictionary<string, long> Of(object? root, string path)
    {
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        var seen = new HashSet<object>(Identity.Instance);
        var waiting = new Stack<object?>([root]);
        while (waiting.TryPop(out object? value))
        {
            if (value is null or string or long or bool or double || !seen.Add(value)) continue;
            switch (value)
            {
                case PickleList list:
                    foreach (object? item in list.Items) waiting.Push(item);
                    break;
                case PickleDict dict:
                    foreach (var (key, item) in dict.Pairs)
                    {
                        waiting.Push(key);
                        waiting.Push(item);
                    }
                    break;
                case PickleObject made:
                    waiting.Push(made.Arguments);
                    waiting.Push(made.State);
                    break;
                case PickleReference:
                    var storage = TorchStorage.Of(value, path);
                    sizes[storage.Key] = (storage.Type ?? TensorType.UInt8).Bits() / 8;
                    break;
            }
        }
        return sizes;
    }

    private sealed class Identity : IEqualityComparer<object>
    {
        public static readonly Identity Instance = new();

        bool IEqualityComparer<object>.Equals(object? x, object? y) => ReferenceEquals(x, y);

        int IEqualityComparer<object>.GetHashCode(object value) => RuntimeHelpers.GetHashCode(value);
    }
}
