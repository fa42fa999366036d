using Loci.Models.Weights;

namespace Loci.Editing;

/// <summary>
/// What an edit adds to one tensor: factors where it was solved for, every number where it was trained.
/// </summary>
/// <param name="Tensor">The tensor's name in Loci's own layout, as <see cref="TensorSlot.Name"/> has it.</param>
/// <param name="Factors">The change of a matrix as ranks, or null.</param>
/// <param name="Numbers">The change of every number, or null. [as the tensor]</param>
/// <param name="Keys">k*: the keys it was solved for, one a request; empty where it was trained. Each [cells]</param>
/// <param name="Values">v*: what they were to retrieve. Each [width]</param>
public sealed record TensorChange(
    string Tensor, LowRank? Factors, float[]? Numbers, IReadOnlyList<double[]> Keys, IReadOnlyList<double[]> Values)
{
    /// <summary>Adds the change to the tensor's numbers, in float64.</summary>
    /// <param name="sum">[as the tensor]</param>
    internal void AddTo(Span<double> sum)
    {
        Factors?.AddTo(sum);
        if (Numbers is null) return;
        for (int i = 0; i < Numbers.Length; i++) sum[i] += Numbers[i];
    }

    /// <summary>‖Δ‖, Frobenius.</summary>
    public double Norm() => Factors?.Norm() ?? Math.Sqrt(Numbers!.Sum(x => (double)x * x));

    /// <summary>True of a change of the same tensor by the same bits.</summary>
    internal bool IsSame(TensorChange other) =>
        Tensor == other.Tensor && Numbers.AsSpan().SequenceEqual(other.Numbers)
        && (Factors?.Terms ?? []).SelectMany(term => term.Left.Concat(term.Right))
            .SequenceEqual((other.Factors?.Terms ?? []).SelectMany(term => term.Left.Concat(term.Right)));

    /// <summary>Refuses a change that does not fit the tensor.</summary>
    /// <exception cref="ArgumentException">With what does not fit.</exception>
    internal void Check(TensorSlot tensor)
    {
        if ((Factors is null) == (Numbers is null))
            throw new ArgumentException($"the change of {Tensor} has neither factors nor numbers, or both");
        if (Numbers is not null && Numbers.Length != tensor.Count)
            throw new ArgumentException($"{tensor} has {tensor.Count} numbers, its change {Numbers.Length}");
        foreach (var (left, right) in Factors?.Terms ?? [])
            if (tensor.Shape.Length != 2 || left.Length != tensor.Shape[0] || right.Length != tensor.Shape[1])
                throw new ArgumentException($"{tensor} is changed by a rank of [{left.Length}, {right.Length}]");
        if (!(Factors?.Terms.All(term => AreFinite(term.Left) && AreFinite(term.Right)) ?? true)
            || !(Numbers?.All(float.IsFinite) ?? true))
            throw new ArgumentException($"the change of {Tensor} holds a number that is not finite");
    }

    private static bool AreFinite(double[] numbers) => Array.TrueForAll(numbers, double.IsFinite);
}
