namespace Loci.Editing;

/// <summary>left ⊗ right: a change of a matrix of rank one.</summary>
/// <param name="Left">What is added to the output. [outputs]</param>
/// <param name="Right">What the input is compared with. [inputs]</param>
public sealed record RankOne(double[] Left, double[] Right);

/// <summary>A change of a matrix as a sum of few ranks: Σ left ⊗ right.</summary>
/// <param name="Terms">The ranks, in the order they are summed.</param>
public sealed record LowRank(IReadOnlyList<RankOne> Terms)
{
    /// <summary>Adds the change to a matrix.</summary>
    /// <param name="matrix">[outputs, inputs]</param>
    public void AddTo(Span<double> matrix)
    {
        foreach (var (left, right) in Terms)
            for (int o = 0; o < left.Length; o++)
                Vectors.Add(left[o], right, matrix.Slice(o * right.Length, right.Length));
    }

    /// <summary>What the change adds for a key: ΔW·k. [outputs]</summary>
    /// <param name="key">[inputs]</param>
    public double[] Apply(ReadOnlySpan<double> key)
    {
        double[] sum = new double[Terms.Count == 0 ? 0 : Terms[0].Left.Length];
        foreach (var (left, right) in Terms) Vectors.Add(Vectors.Dot(right, key), left, sum);
        return sum;
    }

    /// <summary>‖ΔW‖, Frobenius, by the Gram matrices of the factors.</summary>
    public double Norm()
    {
        double sum = 0;
        foreach (var one in Terms)
            foreach (var other in Terms)
                sum += Vectors.Dot(one.Left, other.Left) * Vectors.Dot(one.Right, other.Right);
        return Math.Sqrt(Math.Max(0, sum));
    }
}
