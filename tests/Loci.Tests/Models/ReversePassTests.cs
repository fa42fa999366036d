using Loci.Models;
using Loci.Models.Gradients;
using Loci.Tracing;

namespace Loci.Tests.Models;

public class ReversePassTests
{
    [Fact]
    public void The_forward_pass_has_the_bits_of_the_models()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            using var model = RandomModel.Create(seed);
            int[] ids = Ids(model.Spec, 8, seed);
            var recorded = new Recording([new(TapPoint.ResidualAfter, model.Spec.Layers - 1)]);
            recorded.Run(model.Transformer, Batch.Of(ids));
            using var pass = new ReversePass(model.Transformer, lowest: model.Spec.Layers - 1);
            pass.Read(Batch.Of(ids));
            float[] stream = [];
            pass.Forward(Objective(7, 3), tap: (point, layer, values, _) =>
            {
                if (point == TapPoint.ResidualAfter) stream = values.ToArray();
            });
            Assert.Equal(recorded[TapPoint.ResidualAfter, model.Spec.Layers - 1], stream);
        }
    }

    [Fact]
    public void Gradients_of_a_text_depend_on_no_other_text_and_not_on_threads()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            using var model = RandomModel.Create(seed);
            AssertInvariant(model.Transformer, Ids(model.Spec, 8, seed), Ids(model.Spec, 5, seed + 1));
            using var folder = new TemporaryFolder();
            using var fast = FastWeightModel.Create(folder, FastWeightModel.Spec(seed), seed);
            AssertInvariant(fast.Transformer, FastWeightModel.Tokens(seed, 40), FastWeightModel.Tokens(seed + 1, 7));
        }
    }

    [Fact]
    public void Nothing_is_allocated_once_warm()
    {
        for (int seed = 0; seed < 6; seed++)
        {
            using var model = RandomModel.Create(seed);
            using var pass = new ReversePass(model.Transformer);
            using var weights = new WeightGradients(model.Transformer, [0], wholeBlocks: true);
            var objective = Objective(7, 3);
            var shift = new ValueShift(0, [2], new float[model.Spec.Width]);
            pass.Read(Batch.Of(Ids(model.Spec, 8, seed)));
            for (int i = 0; i < 3; i++) Run();
            long before = GC.GetAllocatedBytesForCurrentThread();
            Run();
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

            void Run()
            {
                pass.Forward(objective, shift);
                pass.Backward(weights);
            }
        }
    }

    [Fact]
    public void A_shift_moves_the_loss_as_its_gradient_says()
    {
        const double Reach = 1e-2; // of the stream's numbers, which are of order 1: the curve shows, rounding does not
        using var model = RandomModel.Create(3);
        using var pass = new ReversePass(model.Transformer);
        var shift = new ValueShift(0, [2, 4], new float[model.Spec.Width]);
        pass.Read(Batch.Of(Ids(model.Spec, 8, 3)));
        pass.Forward(Objective(7, 3), shift);
        pass.Backward();
        float[] gradient = [.. shift.Gradient];
        double square = gradient.Sum(g => (double)g * g), root = Math.Sqrt(square);
        double Loss(double by)
        {
            for (int i = 0; i < gradient.Length; i++) shift.Delta[i] = (float)(by * gradient[i] / root);
            return pass.Forward(Objective(7, 3), shift);
        }
        double slope = (Loss(Reach) - Loss(-Reach)) / (2 * Reach);
        Assert.InRange(slope / root, 0.99, 1.01);
    }

    [Fact]
    public void What_does_not_exist_is_refused()
    {
        using var model = RandomModel.Create(1);
        using var pass = new ReversePass(model.Transformer, model.Spec.Layers - 1);
        Assert.Throws<InvalidOperationException>(() => pass.Forward(Objective(0, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReversePass(model.Transformer, model.Spec.Layers));
        pass.Read(Batch.Of(Ids(model.Spec, 4, 1)));
        Assert.Throws<InvalidOperationException>(() => pass.Backward());
        Assert.Throws<ArgumentException>(() => pass.Forward(Objective(4, 1)));
        Assert.Throws<LociException>(() => pass.Forward(Objective(0, model.Spec.Vocabulary)));
        Assert.Throws<ArgumentException>(
            () => pass.Forward(
                Objective(0, 1), new ValueShift(model.Spec.Layers - 1, [9], new float[model.Spec.Width])));
    }

    private static void AssertInvariant(Transformer model, int[] ids, int[] others)
    {
        float[][] Of(Batch batch, int firstRow, Compute compute)
        {
            using var pass = new ReversePass(model);
            pass.Read(batch, compute);
            var objective = Objective(firstRow + ids.Length - 1, 3);
            if (firstRow > 0) objective.AddTarget(0, 2);
            pass.Forward(objective, compute: compute);
            var gradients = new List<float[]>();
            pass.Backward(tap: (_, _, gradient, _) =>
            {
                int width = gradient.Length / batch.Rows;
                gradients.Add(gradient.Slice(firstRow * width, ids.Length * width).ToArray());
            }, compute: compute);
            return [.. gradients];
        }
        var both = new Batch();
        both.Add(others);
        both.Add(ids);
        float[][] alone = Of(Batch.Of(ids), 0, default);
        Assert.Equal(alone, Of(both, others.Length, default));
        Assert.Equal(alone, Of(both, others.Length, new Compute(2)));
    }

    private static Objective Objective(int row, int token)
    {
        var objective = new Objective();
        objective.AddTarget(row, token);
        return objective;
    }

    private static int[] Ids(ModelSpec spec, int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(spec.Vocabulary))];
    }
}
