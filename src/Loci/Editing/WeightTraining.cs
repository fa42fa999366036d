using Loci.Models;
using Loci.Models.Gradients;
using Loci.Models.Weights;

namespace Loci.Editing;

/// <summary>
/// Trains the matrices of blocks on facts: Adam steps, each followed by the projection onto the method's ball around
/// the weights as they were (Zhu et al. 2020, eq. 3). Biases and norms stay.
/// </summary>
internal static class WeightTraining
{
    private const double First = 0.9, Second = 0.999, Small = 1e-8; // Adam's
    private const double Enough = 0.05; // nats a token of the target, at which it is learned

    /// <summary>The changes of the trained tensors.</summary>
    public static TensorChange[] Run(
        TrainedMethod method, Model before, SubjectPlace[] places, IReadOnlyList<int> layers, Compute compute)
    {
        if (layers.Count != 1)
            throw new LociException($"{method.Name} trains one block at a time; name one layer.");
        int layer = layers[0];
        var objective = new Objective();
        var batch = Batch(places, method.TargetOnly, objective);
        Trained[] tensors = [.. before.Transformer.Tensors
            .Where(tensor => tensor.Layer == layer && tensor.IsMatrix && IsTrained(tensor.Role, method.WholeBlock))
            .Select(tensor => new Trained(tensor, before.Transformer.Read(tensor)))];
        using var gradients = new WeightGradients(before.Transformer, [layer], method.WholeBlock);
        Transformer now = before.Transformer;
        var pass = new ReversePass(now, layer);
        try
        {
            for (int step = 1; ; step++)
            {
                pass.Read(batch, compute);
                double loss = pass.Forward(objective, tap: FiniteValues.Guard, compute: compute);
                if (loss < Enough || step > method.Steps) break;
                gradients.Clear();
                pass.Backward(gradients, compute: compute);
                foreach (var tensor in tensors) tensor.Step(gradients.Of(tensor.Slot), step, method.Rate);
                Project(tensors, method);
                var next = before.Transformer.With(
                    slot => Array.Find(tensors, tensor => tensor.Slot.Equals(slot))?.Now.ToArray());
                var on = pass.With(next);
                pass.Dispose();
                if (now != before.Transformer) now.Dispose();
                (pass, now) = (on, next);
            }
        }
        finally
        {
            pass.Dispose();
            if (now != before.Transformer) now.Dispose();
        }
        return [.. tensors.Select(tensor => new TensorChange(tensor.Slot.Name, null, tensor.Change(), [], []))];
    }

    private static bool IsTrained(TensorRole role, bool wholeBlock) =>
        role is TensorRole.Keys or TensorRole.GateKeys or TensorRole.Values
        || wholeBlock && role is TensorRole.Query or TensorRole.Key or TensorRole.Value or TensorRole.MixerOutput;

    // Every fact weighs the same, every token of what is learned of it likewise.
    private static Batch Batch(SubjectPlace[] places, bool targetOnly, Objective objective)
    {
        var batch = new Batch();
        foreach (var place in places)
        {
            int[] text = [.. place.Prompt, .. place.Target];
            var (first, count, _) = batch.Add(text.AsSpan(0, text.Length - 1));
            int from = targetOnly ? place.Prompt.Length - 1 : 0;
            for (int t = from; t < count; t++)
                objective.AddTarget(first + t, text[t + 1], 1.0 / (places.Length * (count - from)));
        }
        return batch;
    }

    private static void Project(Trained[] tensors, TrainedMethod method)
    {
        if (method.Ball == WeightBall.Largest)
            foreach (var tensor in tensors) tensor.Clamp(method.Radius);
        if (method.Ball != WeightBall.Euclidean) return;
        double norm = Math.Sqrt(tensors.Sum(tensor => tensor.Square()));
        if (norm > method.Radius)
            foreach (var tensor in tensors) tensor.Shrink(method.Radius / norm);
    }

    private sealed class Trained(TensorSlot slot, float[] before)
    {
        private readonly double[] _mean = new double[before.Length], _square = new double[before.Length];

        public TensorSlot Slot => slot;

        public float[] Now { get; } = [.. before];

        public void Step(float[] gradient, int step, double rate)
        {
            double first = 1 - Math.Pow(First, step), second = 1 - Math.Pow(Second, step);
            for (int i = 0; i < Now.Length; i++)
            {
                double g = gradient[i], m = _mean[i] = First * _mean[i] + (1 - First) * g,
                    v = _square[i] = Second * _square[i] + (1 - Second) * g * g;
                Now[i] -= (float)(rate * (m / first) / (Math.Sqrt(v / second) + Small));
            }
        }

        public void Clamp(double radius)
        {
            for (int i = 0; i < Now.Length; i++)
                Now[i] = (float)(before[i] + Math.Clamp((double)Now[i] - before[i], -radius, radius));
        }

        public double Square()
        {
            double sum = 0;
            for (int i = 0; i < Now.Length; i++) sum += ((double)Now[i] - before[i]) * ((double)Now[i] - before[i]);
            return sum;
        }

        public void Shrink(double factor)
        {
            for (int i = 0; i < Now.Length; i++) Now[i] = (float)(before[i] + factor * ((double)Now[i] - before[i]));
        }

        public float[] Change() => [.. Now.Zip(before, (now, then) => (float)((double)now - then))];
    }
}
