using Loci.Memory.Numerics;
using Loci.Torch.Autograd;
using static TorchSharp.torch;

namespace Loci.Torch.Networks;

/// <summary>
/// All parameters of a network in one buffer, and their gradients in another: an optimiser's step, the norm of the
/// gradient and a checkpoint are one pass over memory, whatever the number of tensors. Those that decay come first.
/// </summary>
public sealed class ParameterSet : IDisposable
{
    private const int Alignment = 16; // floats: a cache line

    private readonly List<Parameter> _parameters;
    private readonly Tensor _values, _gradients;

    /// <param name="parameters">The parameters.</param>
    /// <param name="type">Float64 for checks of gradients alone: <see cref="Values"/> and <see cref="Gradients"/> are
    /// of float32.</param>
    public ParameterSet(IEnumerable<Parameter> parameters, ScalarType type = ScalarType.Float32)
    {
        _parameters = [.. parameters.OrderByDescending(parameter => parameter.Decays)];
        var starts = new List<int>();
        int at = 0;
        foreach (var parameter in _parameters)
        {
            starts.Add(at);
            at = checked((at + parameter.Count + Alignment - 1) / Alignment * Alignment);
            if (parameter.Decays) Decaying = at;
        }
        _values = zeros(at, type).DetachFromDisposeScope();
        _gradients = zeros(at, type).DetachFromDisposeScope();
        using var scope = NewDisposeScope();
        foreach (var (parameter, start) in _parameters.Zip(starts)) parameter.Place(_values, _gradients, start);
    }

    /// <summary>The parameters, in the buffers' order.</summary>
    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>How many numbers the parameters hold together.</summary>
    public long Count => _parameters.Sum(parameter => (long)parameter.Count);

    /// <summary>Length of the buffers' first part, which weight decay applies to.</summary>
    public int Decaying { get; }

    /// <summary>Length of the buffers.</summary>
    public int Length => (int)_values.shape[0];

    /// <summary>All values, one parameter after the other. [Length]</summary>
    public Span<float> Values => TensorData.Of<float>(_values);

    /// <summary>All gradients, one parameter after the other. [Length]</summary>
    public Span<float> Gradients => TensorData.Of<float>(_gradients);

    /// <summary>Sets all gradients to zero.</summary>
    public void ClearGradients() => Gradients.Clear();

    /// <summary>
    /// Draws the first values, parameter by parameter, from one generator: the same on every machine.
    /// </summary>
    public void Initialise(int seed)
    {
        // The models that come along begin with these numbers: they stay.
        var random = RandomStream.Kept(seed, "first weights");
        using var _ = no_grad();
        foreach (var parameter in _parameters)
        {
            var values = TensorData.Of<float>(parameter.Values);
            for (int i = 0; i < values.Length; i++)
                values[i] = parameter.Mean
                    + (parameter.Deviation == 0 ? 0 : (float)(parameter.Deviation * Normal(random)));
        }
    }

    /// <summary>Frees values and gradients.</summary>
    public void Dispose()
    {
        foreach (var parameter in _parameters) parameter.Release();
        _values.Dispose();
        _gradients.Dispose();
    }

    // Box and Muller (1958), one of the pair.
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
