using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Loci.Memory.FeatureMaps;

namespace Loci.Memory.FastWeights;

/// <summary>
/// A dictionary in a matrix: names are random directions, and binding a filler to a role adds their tensor product to
/// the matrix (Smolensky 1990). The matrix has a fixed size, and so a <see cref="Capacity"/>: of more bindings the
/// older ones fade, and <see cref="ErrorEstimate"/> says how many cannot be read any more.
/// </summary>
/// <example>
/// <code>
/// var memory = new SymbolMemory(256);
/// memory["capital of France"] = "Paris";
/// memory["capital of Japan"] = "Tokyo";
/// Console.WriteLine(memory["capital of Japan"]);          // Tokyo
/// memory["capital of Japan"] = "Kyoto";                    // overwrites; France is not touched
/// memory.Unbind("capital of Japan", out double certainty); // Kyoto, about 1
/// memory.Forget("capital of France");
/// memory.TryGet("capital of France", out string? city);    // false
/// bool safe = memory.Bind("capital of Peru", "Lima");      // false once there are more than memory.Capacity
/// </code>
/// </example>
public sealed class SymbolMemory
{
    private readonly Dictionary<string, float[]> _fillers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Change, bool IsBound)> _roles = new(StringComparer.Ordinal);
    private readonly int _seed;
    private long _changes;

    /// <summary>An empty memory.</summary>
    /// <param name="dimension">Length of a name's vector, at least 2.</param>
    /// <param name="seed">Names get other directions with another seed.</param>
    public SymbolMemory(int dimension, int seed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 2);
        _seed = seed;
        Capacity = BindingErrors.Capacity(dimension);
        Memory = new FastWeightMemory(new(dimension, dimension)
        {
            Map = FeatureMap.Identity, Normalization = Normalization.L2, Rule = UpdateRule.Delta,
        });
    }

    /// <summary>The memory beneath.</summary>
    public FastWeightMemory Memory { get; }

    /// <summary>Roles that something is bound to, readable or not.</summary>
    public int Count { get; private set; }

    /// <summary>Bindings, each with a filler of its own, of which 99 in 100 can be read: a little more than half the
    /// dimension for large ones.</summary>
    public int Capacity { get; }

    /// <summary>True while there are more bindings than <see cref="Capacity"/>: those written first are being
    /// lost.</summary>
    public bool IsOverfull => Count > Capacity;

    /// <summary>The share of the bindings that can be expected to be read wrong, or not at all: 0 to 1. It follows from
    /// their number and order and from the dimension; nothing is read. Costs some microseconds a binding.</summary>
    public double ErrorEstimate
    {
        get
        {
            if (Count == 0) return 0;
            var latest = _roles.Values.OrderByDescending(role => role.Change).Select(role => role.IsBound);
            double[] errors = BindingErrors.ByAge(Memory.Options.KeySize, _roles.Count, _fillers.Count);
            return latest.Zip(errors, (isBound, error) => isBound ? error : 0).Sum() / Count;
        }
    }

    /// <summary>Binds a filler to a role, replacing what was there; or finds what is bound.</summary>
    /// <exception cref="KeyNotFoundException">Nothing that resembles a known filler can be read with the
    /// role.</exception>
    public string this[string role]
    {
        get => TryGet(role, out string? filler) ? filler : throw new KeyNotFoundException(
            $"nothing can be read for '{role}'"
                + (IsOverfull && _roles.TryGetValue(role, out var known) && known.IsBound
                ? $": it was bound, but the memory has {Count} bindings and a capacity of {Capacity}" : ""));
        set => Bind(role, value);
    }

    /// <summary>Binds a filler to a role, replacing what was there.</summary>
    /// <param name="role">The name to ask with.</param>
    /// <param name="filler">The name to get.</param>
    /// <returns>False as a warning: the memory <see cref="IsOverfull"/>, and older bindings are being lost.</returns>
    public bool Bind(string role, string filler)
    {
        ArgumentNullException.ThrowIfNull(role);
        ArgumentNullException.ThrowIfNull(filler);
        if (!_fillers.TryGetValue(filler, out float[]? value)) _fillers[filler] = value = VectorOf(filler);
        Memory.Write(VectorOf(role), value);
        Touch(role, isBound: true);
        return !IsOverfull;
    }

    /// <summary>Finds what is bound to a role.</summary>
    /// <param name="role">The name to ask with.</param>
    /// <param name="filler">The filler nearest to what the role retrieves.</param>
    /// <returns>False if nothing that resembles a known filler can be read.</returns>
    public bool TryGet(string role, [NotNullWhen(true)] out string? filler) =>
        (filler = Unbind(role, out _)) is not null;

    /// <summary>The filler nearest to what the role retrieves.</summary>
    /// <param name="role">The name to ask with.</param>
    /// <param name="certainty">The part of that filler in what was retrieved: near 1 if it is bound, near 0 if it is
    /// noise.</param>
    /// <returns>Null if the part is below a half.</returns>
    public string? Unbind(string role, out double certainty)
    {
        ArgumentNullException.ThrowIfNull(role);
        float[] read = new float[Memory.Options.ValueSize];
        Memory.Read(VectorOf(role), read);
        string? nearest = null;
        certainty = 0;
        foreach ((string name, float[] vector) in _fillers)
        {
            double along = 0;
            for (int i = 0; i < read.Length; i++) along += (double)read[i] * vector[i];
            if (along > certainty) (nearest, certainty) = (name, along);
        }
        return certainty >= 0.5 ? nearest : null;
    }

    /// <summary>Takes off what is bound to a role.</summary>
    /// <param name="role">The name to ask with.</param>
    public void Forget(string role)
    {
        ArgumentNullException.ThrowIfNull(role);
        Memory.Erase(VectorOf(role));
        if (_roles.ContainsKey(role)) Touch(role, isBound: false);
    }

    /// <summary>The direction of a name, of length 1: the same in every memory of this dimension and seed.</summary>
    /// <param name="name">Any text.</param>
    public float[] VectorOf(string name)
    {
        // Signs from SHA-256 in counter mode: bits the same on every machine.
        float[] vector = new float[Memory.Options.KeySize];
        float size = 1 / MathF.Sqrt(vector.Length);
        byte[] digest = [];
        for (int i = 0; i < vector.Length; i++)
        {
            int bit = i % 256;
            if (bit == 0) digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{_seed}:{i / 256}:{name}"));
            vector[i] = (digest[bit / 8] >> bit % 8 & 1) == 0 ? size : -size;
        }
        return vector;
    }

    // A role forgotten stays known: its erasure took a direction from the bindings before it, as a write does.
    private void Touch(string role, bool isBound)
    {
        bool before = _roles.TryGetValue(role, out var known) && known.IsBound;
        Count += (isBound ? 1 : 0) - (before ? 1 : 0);
        _roles[role] = (++_changes, isBound);
    }
}
