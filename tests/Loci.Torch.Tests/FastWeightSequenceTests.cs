using Loci.Memory.FeatureMaps;
using Loci.Torch.Autograd;
using static TorchSharp.torch;

namespace Loci.Torch.Tests;

[Collection(nameof(TorchProcess))]
public class FastWeightSequenceTests
{
    // Both ways are float64 and sum in another order; keys of unit length keep the conditioning near 1.
    private const double Float64 = 1e-10;
    private const double Float32 = 1e-5, Float32Gate = 1e-4; // relative RMS, as the kernels promise
    // central, step 1e-5: truncation 1e-10, rounding 1e-11 over a loss of order 10
    private const double Differences = 1e-6;

    public static TheoryData<string, int, int> Cases()
    {
        var cases = new TheoryData<string, int, int>();
        foreach (string rule in new[] { "sum", "gated sum", "delta", "gated delta", "normalized sum" })
            foreach (int length in new[] { 1, 7, 32, 45 }) cases.Add(rule, length, length == 45 ? 16 : 32);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Outputs_states_and_gradients_are_those_of_the_plain_recurrence(string rule, int length, int chunk)
    {
        Inputs inputs = Inputs.Draw(rule, length, ScalarType.Float64);
        Tensor[] ours = inputs.Gradients(Run(rule, inputs, chunk)), plain = inputs.Gradients(Plain(rule, inputs));
        for (int i = 0; i < ours.Length; i++) AssertNear(plain[i], ours[i], Float64, $"{rule}, tensor {i}");
    }

    [Theory]
    [InlineData("sum")]
    [InlineData("delta")]
    [InlineData("gated delta")]
    [InlineData("normalized sum")]
    public void Float32_is_near_float64(string rule)
    {
        Inputs inputs = Inputs.Draw(rule, 70, ScalarType.Float64), narrow = inputs.To(ScalarType.Float32);
        Tensor[] exact = inputs.Gradients(Plain(rule, inputs)), ours = narrow.Gradients(Run(rule, narrow, 32));
        for (int i = 0; i < ours.Length; i++)
            AssertNear(exact[i], ours[i].to(ScalarType.Float64), i == 7 ? Float32Gate : Float32, $"{rule}, tensor {i}");
    }

    [Theory]
    [InlineData("gated sum")]
    [InlineData("gated delta")]
    [InlineData("normalized sum")]
    public void Gradients_are_those_of_finite_differences(string rule)
    {
        const double Step = 1e-5;
        Inputs inputs = Inputs.Draw(rule, 11, ScalarType.Float64);
        Tensor[] gradients = inputs.Gradients(Run(rule, inputs, 4))[3..];
        using var _ = no_grad();
        var random = new Random(5);
        for (int which = 0; which < gradients.Length; which++)
        {
            for (int trial = 0; trial < 5; trial++)
            {
                Tensor flat = inputs.All[which].view(-1);
                long at = random.NextInt64(flat.numel());
                double here = flat[at].item<double>();
                double[] losses = new double[2];
                for (int side = 0; side < 2; side++)
                {
                    flat[at] = here + (side == 0 ? -Step : Step);
                    losses[side] = inputs.Loss(Run(rule, inputs, 4)).item<double>();
                }
                flat[at] = here;
                Assert.Equal((losses[1] - losses[0]) / (2 * Step), gradients[which].view(-1)[at].item<double>(),
                    Differences);
            }
        }
    }

    [Fact]
    public void Normalized_delta_is_that_of_its_equations()
    {
        Inputs inputs = Inputs.Draw("normalized delta", 20, ScalarType.Float64);
        Tensor[] all = [.. inputs.All[..4]];
        Tensor ours = FastWeightSequence.NormalizedDelta(all[0], all[1], all[2], all[3], 8).Outputs;
        Tensor plain = PlainRecurrence.NormalizedDelta(all[0], all[1], all[2], all[3]);
        AssertNear(plain, ours, Float64, "outputs");
        IList<Tensor> expected = autograd.grad([(plain * plain).sum()], all),
            actual = autograd.grad([(ours * ours).sum()], all);
        for (int i = 0; i < all.Length; i++) AssertNear(expected[i], actual[i], 1e-8, $"gradient {i}");
    }

    [Fact]
    public void Tensors_are_used_in_place()
    {
        Tensor x = rand(3, 5);
        TensorData.Of<float>(x)[4] = 42;
        Assert.Equal(42, x[0, 4].item<float>());
        Assert.Throws<ArgumentException>(() => TensorData.Of<float>(x.t()).Length);
        Assert.Throws<ArgumentException>(() => TensorData.Of<double>(x).Length);
    }

    public static TheoryData<string> Maps() => ["elu+1", "dpfp-2", "favor-6", "tanh", "silu"];

    [Theory]
    [MemberData(nameof(Maps))]
    public void Features_have_the_gradients_of_finite_differences(string name)
    {
        const double Step = 1e-6;
        FeatureMap map = name switch
        {
            "elu+1" => FeatureMap.EluPlusOne, "dpfp-2" => new Dpfp(2), "favor-6" => new Favor(5, 6, 1), "tanh" =>
                FeatureMap.Tanh,
            _ => FeatureMap.Silu,
        };
        Normalization normalization = map.IsNonNegative ? Normalization.Sum : Normalization.L2;
        using Generator _ = manual_seed(3);
        Tensor x = randn([140, 5], ScalarType.Float64).requires_grad_(); // enough rows for two threads
        Tensor weights = randn([140, map.Features(5)], ScalarType.Float64);
        Tensor gradient = autograd.grad([(Features.Apply(map, x, normalization) * weights).sum()], [x])[0];
        using var __ = no_grad();
        Tensor direction = randn_like(x);
        Tensor Loss(double step) => (Features.Apply(map, x + step * direction, normalization) * weights).sum();
        double expected = ((Loss(Step) - Loss(-Step)) / (2 * Step)).item<double>();
        Assert.Equal(expected, (gradient * direction).sum().item<double>(), 1e-5 * Math.Max(1, Math.Abs(expected)));
    }

    [Theory]
    [MemberData(nameof(Maps))]
    public void Scores_are_products_of_features(string name)
    {
        FeatureMap map = name switch { "dpfp-2" => new Dpfp(2), "favor-6" => new Favor(5, 6, 1), "tanh" =>
            FeatureMap.Tanh, _ => FeatureMap.EluPlusOne };
        using Generator _ = manual_seed(4);
        Tensor q = randn(2, 3, 5).requires_grad_(), k = randn(2, 7, 5).requires_grad_(), weights = randn(2, 3, 7);
        Tensor ours = FeatureScores.Of(map, q, k),
            plain = Features.Apply(map, q).matmul(Features.Apply(map, k).transpose(1, 2));
        AssertNear(plain, ours, Float32, "scores");
        IList<Tensor> actual = autograd.grad([(ours * weights).sum()], [q, k]),
            expected = autograd.grad([(plain * weights).sum()], [q, k]);
        AssertNear(expected[0], actual[0], Float32, "queries");
        AssertNear(expected[1], actual[1], Float32, "keys");
    }

    private static SequenceResult Run(string rule, Inputs x, int chunk) => rule switch
    {
        "delta" => FastWeightSequence.Delta(x.Queries, x.Keys, x.Values, x.Strengths, null, x.State, chunk),
        "gated delta" => FastWeightSequence.Delta(x.Queries, x.Keys, x.Values, x.Strengths, x.Gates, x.State, chunk),
        "sum" => FastWeightSequence.Sum(x.Queries, x.Keys, x.Values, x.Strengths, null, x.State, chunk),
        "gated sum" => FastWeightSequence.Sum(x.Queries, x.Keys, x.Values, x.Strengths, x.Gates, x.State, chunk),
        _ => FastWeightSequence.NormalizedSum(x.Queries, x.Keys, x.Values, x.State, x.Normalizer, chunk),
    };

    private static SequenceResult Plain(string rule, Inputs x)
    {
        var (outputs, state, z) = PlainRecurrence.Run(
            x.Queries, x.Keys, x.Values, x.Strengths, x.Gates, x.State, x.Normalizer,
            rule.EndsWith("delta", StringComparison.Ordinal));
        return new(outputs, state, z);
    }

    private static void AssertNear(Tensor expected, Tensor actual, double tolerance, string what)
    {
        double error = ((expected - actual).norm() / (expected.norm() + 1e-12)).to(ScalarType.Float64).item<double>();
        Assert.True(error <= tolerance, $"{what}: relative RMS error {error:g3}, at most {tolerance:g3}");
    }

    /// <summary>Everything a rule takes; what it does not take is null. All require gradients.</summary>
    private sealed record Inputs(
        Tensor Queries, Tensor Keys, Tensor Values, Tensor? Strengths, Tensor? Gates, Tensor State, Tensor? Normalizer)
    {
        private Tensor[] _weights = [];

        public Tensor[] All =>
            [.. new[] { Queries, Keys, Values, Strengths, Gates, State, Normalizer }.OfType<Tensor>()];

        public static Inputs Draw(string rule, int length, ScalarType type)
        {
            using Generator _ = manual_seed(length);
            const int Batch = 2, Heads = 3, KeySize = 6, ValueSize = 5;
            bool normalized = rule.StartsWith("normalized", StringComparison.Ordinal);
            Tensor Keys() => normalized
                ? rand([Batch, length, Heads, KeySize], type) + 0.1
                : nn.functional.normalize(randn([Batch, length, Heads, KeySize], type), dim: -1);
            Tensor? Scalars(bool wanted, Func<Tensor, Tensor> map) =>
                wanted ? map(randn([Batch, length, Heads], type)).requires_grad_() : null;
            return new(
                Keys().requires_grad_(), Keys().requires_grad_(),
                randn([Batch, length, Heads, ValueSize], type).requires_grad_(),
                Scalars(rule != "normalized sum", x => x.sigmoid()),
                Scalars(rule.StartsWith("gated", StringComparison.Ordinal), x => -x.square()),
                randn([Batch, Heads, KeySize, ValueSize], type).requires_grad_(),
                rule == "normalized sum" ? rand([Batch, Heads, KeySize], type).requires_grad_() : null)
            {
                _weights =
                [
                    randn([Batch, length, Heads, ValueSize], type), randn([Batch, Heads, KeySize, ValueSize], type),
                    randn([Batch, Heads, KeySize], type),
                ],
            };
        }

        public Inputs To(ScalarType type)
        {
            Tensor Cast(Tensor x) => x.detach().to(type).requires_grad_();
            return new(
                Cast(Queries), Cast(Keys), Cast(Values), Strengths is null ? null : Cast(Strengths),
                Gates is null ? null : Cast(Gates),
                Cast(State), Normalizer is null ? null : Cast(Normalizer))
            {
                _weights = [.. _weights.Select(x => x.to(type))],
            };
        }

        public Tensor Loss(SequenceResult result)
        {
            Tensor loss = (result.Outputs * _weights[0]).sum() + (result.State * _weights[1]).sum();
            return result.Normalizer is null ? loss : loss + (result.Normalizer * _weights[2]).sum();
        }

        /// <summary>Outputs, S, z (or S again), then the gradients of all inputs.</summary>
        public Tensor[] Gradients(SequenceResult result) =>
            [result.Outputs, result.State, result.Normalizer ?? result.State, .. autograd.grad([Loss(result)], All)];
    }
}
