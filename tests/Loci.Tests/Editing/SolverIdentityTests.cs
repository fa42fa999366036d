using CsCheck;
using Loci.Editing;
using Loci.Memory.FastWeights;
using Loci.Memory.FeatureMaps;

namespace Loci.Tests.Editing;

/// <summary>The identities between editors: each is the one formula with its own metric and slack.</summary>
public class SolverIdentityTests
{
    /// <summary>Float64 rounding through two solves of well-conditioned systems of some twenty unknowns.</summary>
    private const double Rounding = 1e-10;

    /// <summary>A float32 state after some twenty writes and one that corrects a sum of as many terms.</summary>
    private const double Float32Rounding = 1e-5;

    private sealed record Case(double[] C, double[] W, double[][] Keys, double[][] Values, int Cells, int Width)
    {
        public KeyMetric Metric => KeyMetric.Of(C, Cells);

        public double[][] Residuals => [.. Keys.Select((key, i) => Minus(Values[i], LayerKeys.Retrieve(W, key)))];
    }

    private static readonly Gen<Case> s_cases =
        Gen.Select(Gen.Int[6, 24], Gen.Int[2, 12], Gen.Int[1, 5], Gen.Int).Select((cells, width, edits, seed) =>
        {
            var random = new Random(seed);
            return new Case(
                AlgebraTests.Positive(random, cells), AlgebraTests.Numbers(random, width * cells),
                [.. Enumerable.Range(0, edits).Select(_ => AlgebraTests.Numbers(random, cells))],
                [.. Enumerable.Range(0, edits).Select(_ => AlgebraTests.Numbers(random, width))], cells, width);
        });

    [Fact]
    public void Every_solution_is_the_formula_with_the_whole_matrix_inverted() => s_cases.Sample(c =>
    {
        // R·Kᵀ·(λ·A + K·Kᵀ)⁻¹ solved as it stands, with λ = 0.7.
        double[] m = [.. c.C.Select(x => 0.7 * x)];
        foreach (double[] key in c.Keys)
            for (int i = 0; i < c.Cells; i++)
                for (int j = 0; j < c.Cells; j++) m[i * c.Cells + j] += key[i] * key[j];
        var whole = Cholesky.TryFactor(m, c.Cells)!;
        double[] expected = new double[c.W.Length];
        for (int e = 0; e < c.Keys.Length; e++)
        {
            double[] right = [.. c.Keys[e]];
            whole.Solve(right);
            new LowRank([new(c.Residuals[e], right)]).AddTo(expected);
        }
        Near(expected, Dense(c, EditSolver.Solve(c.Metric, c.Keys, c.Residuals, 0.7)));
    }, iter: 50);

    /// <summary>
    /// One formula, two memories: S ← S + β(v − S·k)kᵀ with β = 1/kᵀk on a state that holds W is W + ΔW.
    /// </summary>
    [Fact]
    public void What_a_fast_weight_memory_writes_is_the_delta_rules_edit() => s_cases.Sample(c =>
    {
        var state = new FastWeightMemory(new(c.Cells, c.Width) { Normalization = Normalization.None });
        for (int cell = 0; cell < c.Cells; cell++)
        {
            float[] unit = new float[c.Cells];
            unit[cell] = 1;
            state.Write(unit, [.. Enumerable.Range(0, c.Width).Select(o => (float)c.W[o * c.Cells + cell])]);
        }
        double length = Vectors.Norm(c.Keys[0]) / 2; // kᵀk = 4: strengths are at most 1
        double[] k = [.. c.Keys[0].Select(x => x / length)], v = c.Values[0];
        state.Write([.. k.Select(x => (float)x)], [.. v.Select(x => (float)x)], (float)(1 / Vectors.Dot(k, k)));

        double[] expected = [.. c.W];
        EditSolver.Solve(KeyMetric.Identity(c.Cells), [k], [Minus(v, LayerKeys.Retrieve(c.W, k))]).AddTo(expected);
        double largest = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++) // the state stands as [cells, width]
            Assert.Equal(expected[i], state.State[i % c.Cells * c.Width + i / c.Cells], Float32Rounding * largest);
    }, iter: 50);

    [Fact]
    public void Delta_rule_is_rome_with_the_identity_for_covariance() => s_cases.Sample(c =>
    {
        double[] k = c.Keys[0], r = c.Residuals[0];
        double[] expected = new double[c.W.Length];
        new LowRank([new(r, [.. k.Select(x => x / Vectors.Dot(k, k))])]).AddTo(expected);
        double[] unit = new double[c.Cells * c.Cells];
        for (int i = 0; i < c.Cells; i++) unit[i * c.Cells + i] = 1;
        Near(expected, Dense(c, EditSolver.Solve(KeyMetric.Identity(c.Cells), [k], [r])));
        Near(expected, Dense(c, EditSolver.Solve(KeyMetric.Of(unit, c.Cells), [k], [r])));
    }, iter: 50);

    [Fact]
    public void Memit_with_one_edit_is_a_part_of_rome() => s_cases.Sample(c =>
    {
        const double lambda = 3;
        double q = EditSolver.Denominator(c.Metric, c.Keys[0]);
        var rome = EditSolver.Solve(c.Metric, c.Keys[..1], c.Residuals[..1]);
        var memit = EditSolver.Solve(c.Metric.Times(lambda), c.Keys[..1], c.Residuals[..1], 1);
        Near([.. Dense(c, rome).Select(x => q / (lambda + q) * x)], Dense(c, memit));
    }, iter: 50);

    [Fact]
    public void Memit_that_weighs_everyday_keys_at_nothing_is_emmet() => s_cases.Sample(c =>
    {
        const double lambda = 1e-11; // and so the difference is about so much
        var emmet = EditSolver.Solve(c.Metric, c.Keys, c.Residuals);
        var memit = EditSolver.Solve(c.Metric, c.Keys, c.Residuals, lambda);
        Near(Dense(c, emmet), Dense(c, memit), 1e-7);
    }, iter: 50);

    [Fact]
    public void Exact_methods_make_every_key_retrieve_its_value() => s_cases.Sample(c =>
    {
        double[] w = [.. c.W];
        EditSolver.Solve(c.Metric, c.Keys, c.Residuals).AddTo(w);
        for (int e = 0; e < c.Keys.Length; e++) Near(c.Values[e], LayerKeys.Retrieve(w, c.Keys[e]), 1e-8);
    }, iter: 50);

    [Fact]
    public void A_sequence_that_keeps_its_keys_is_one_batch_and_without_them_it_is_not() => s_cases.Sample(c =>
    {
        const double lambda = 2;
        var batch = EditSolver.Solve(c.Metric.Times(lambda), c.Keys, c.Residuals, 1);
        double[] kept = [.. c.W], forgot = [.. c.W];
        for (int e = 0; e < c.Keys.Length; e++)
        {
            Step(kept, c.Metric.Times(lambda).Plus(c.Keys[..e]), e);
            Step(forgot, c.Metric.Times(lambda), e);
        }
        double[] expected = [.. c.W];
        batch.AddTo(expected);
        Near(expected, kept, 1e-8);
        if (c.Keys.Length > 1) Assert.True(Vectors.Norm(Minus(expected, forgot)) > 1e-6);

        void Step(double[] w, KeyMetric metric, int e) => EditSolver.Solve(
            metric, [c.Keys[e]], [Minus(c.Values[e], LayerKeys.Retrieve(w, c.Keys[e]))], 1).AddTo(w);
    }, iter: 50);

    [Fact]
    public void A_projected_edit_leaves_what_is_preserved() => s_cases.Sample(c =>
    {
        var eigen = SymmetricEigen.Of([.. c.C], c.Cells);
        var projection = KeyProjection.Of(eigen, cutoff: 0.3);
        if (projection.Free == 0) return;
        double[][] keys = [.. c.Keys.Select(key => projection.Apply(key))];
        var change = EditSolver.Solve(KeyMetric.Identity(c.Cells, 0.1), keys, c.Residuals, 1);
        for (int i = projection.Free; i < c.Cells; i++)
            Assert.True(Vectors.Norm(change.Apply(eigen.Vectors.AsSpan(i * c.Cells, c.Cells))) < 1e-13);
    }, iter: 50);

    [Fact]
    public void Undoing_any_edit_of_a_batch_is_a_downdate_of_its_rank() => s_cases.Sample(c =>
    {
        // Recursive least squares: the batch without edit 0 is the batch with its key taken off the metric.
        const double lambda = 2;
        var all = EditSolver.Solve(c.Metric.Times(lambda), c.Keys, c.Residuals, 1);
        var rest = c.Keys.Length > 1
            ? EditSolver.Solve(c.Metric.Times(lambda), c.Keys[1..], c.Residuals[1..], 1) : new([]);
        var metric = c.Metric.Times(lambda).Plus(c.Keys[1..]);
        double[] w = [.. c.W];
        all.AddTo(w);
        // Taking off: the key retrieves again what the others alone would make it retrieve.
        double[] without = [.. c.W];
        rest.AddTo(without);
        double[] gain = metric.Solve(c.Keys[0]);
        double share = 1 + Vectors.Dot(gain, c.Keys[0]);
        double[] miss = Minus(LayerKeys.Retrieve(without, c.Keys[0]), c.Values[0]);
        new LowRank([new(miss, [.. gain.Select(g => g / share)])]).AddTo(w);
        Near(without, w, 1e-8);
    }, iter: 50);

    [Fact]
    public void What_cannot_be_written_is_refused()
    {
        var metric = KeyMetric.Identity(3);
        Assert.Contains("no cell of the layer fires",
            Assert.Throws<LociException>(() => EditSolver.Solve(metric, [[0, 0, 0]], [[1]])).Message);
        Assert.Contains("keys that are the same",
            Assert.Throws<LociException>(() =>
                EditSolver.Solve(metric, [[1, 2, 3], [1, 2, 3]], [[1], [2]])).Message);
        double[] steep = [1e16, 0, 0, 0, 1e16, 0, 0, 0, 1e-2];
        Assert.Contains("denominator",
            Assert.Throws<LociException>(() =>
                EditSolver.Solve(KeyMetric.Of(steep, 3), [[1, 1, 1e-9]], [[1]])).Message);
        Assert.Contains("singular",
            Assert.Throws<LociException>(() => KeyMetric.Of([1, 1, 1, 1], 2)).Message);
    }

    private static double[] Dense(Case c, LowRank change)
    {
        double[] sum = new double[c.W.Length];
        change.AddTo(sum);
        return sum;
    }

    private static double[] Minus(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x - y)];

    private static void Near(double[] expected, double[] found, double tolerance = Rounding)
    {
        double size = 1 + Vectors.Norm(expected);
        Assert.True(Vectors.Norm(Minus(expected, found)) <= tolerance * size,
            $"differs by {Vectors.Norm(Minus(expected, found)) / size:g3}");
    }
}
