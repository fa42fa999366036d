using System.Security.Cryptography;
using System.Text;
using Loci.Memory.FeatureMaps;

namespace Loci.Memory.FastWeights;

/// <summary>
/// A dictionary in a matrix: names are random directions, and binding a filler to a role adds their tensor product to the
/// matrix (Smolensky 1990). Its size is fixed; it holds about as many bindings as its dimension, and says how sure it is.
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
/// </code>
/// </example>
public sealed class SymbolMemory
{
    private readonly Dictionary<string, float[]> _fillers = new(StringComparer.Ordinal);
    private readonly int _seed;

    /// <summary>An empty memory.</summary>
    /// <param name="dimension">Length of a name's vector, at least 2.</param>
    /// <param name="seed">Names get other directions with another seed.</param>
    public SymbolMemory(int dimension, int seed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 2);
        _seed = seed;
        Memory = new FastWeightMemory(new(dimension, dimension)
        {
            Map = FeatureMap.Identity, Normalization = Normalization.L2, Rule = UpdateRule.Delta,
        });
    }

    /// <summary>The memory beneath.</summary>
    public FastWeightMemory Memory { get; }

    /// <summary>Binds a filler to a role, replacing what was there; or finds what is bound.</summary>
    /// <exception cref="KeyNotFoundException">Nothing that resembles a known filler is bound to the role.</exception>
    public string this[string role]
    {
        get => Unbind(role, out _) ?? throw new KeyNotFoundException($"nothing is bound to '{role}'");
        set => Bind(role, value);
    }

    /// <summary>Binds a filler to a role, replacing what was there.</summary>
    /// <param name="role">The name to ask with.</param>
    /// <param name="filler">The name to get.</param>
    public void Bind(string role, string filler)
    {
        ArgumentNullException.ThrowIfNull(role);
        ArgumentNullException.ThrowIfNull(filler);
        if (!_fillers.TryGetValue(filler, out float[]? value)) _fillers[filler] = value = VectorOf(filler);
        Memory.Write(VectorOf(role), value);
    }

    /// <summary>The filler nearest to what the role retrieves.</summary>
    /// <param name="role">The name to ask with.</param>
    /// <param name="certainty">The part of that filler in what was retrieved: near 1 if it is bound, near 0 if it is noise.</param>
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
}
