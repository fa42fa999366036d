using Loci.Memory.Numerics;
using Loci.Models;
using Loci.Models.Gradients;
using Loci.Torch.Networks;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Loci.Bench;

/// <summary>
/// A loss and its gradients at GPT-2-small shape: the cost of the way back in forward passes, and the same with the
/// gradients of all weights of the blocks beside TorchSharp's autograd.
/// </summary>
internal static class ReverseBenchmark
{
    private const int Sequences = 4, Length = 128;
    private const double Tolerance = 1e-3; // of the loss: two orders of float32 sums

    /// <summary>Forward and backward cost at most so many forward passes.</summary>
    private const double MostForwards = 3.2;

    public static List<Target> Run(BenchmarkArguments arguments)
    {
        var model = BenchmarkModels.Gpt2Small();
        double seconds = arguments.Quick ? 3 : 25;
        var random = RandomStream.Of(5, "texts of the reverse benchmark");
        int[][] texts = [.. Enumerable.Range(0, Sequences).Select(_ =>
            Enumerable.Range(0, Length + 1).Select(_ => random.Next(model.Spec.Vocabulary)).ToArray())];
        var (batch, objective) = (new Batch(), new Objective());
        foreach (int[] text in texts)
        {
            var (first, count, _) = batch.Add(text.AsSpan(..Length));
            for (int t = 0; t < count; t++) objective.AddTarget(first + t, text[t + 1], 1.0 / (Sequences * Length));
        }
        using var pass = new ReversePass(model);
        using var weights = new WeightGradients(model, Enumerable.Range(0, model.Spec.Layers), wholeBlocks: true);
        using var network = WeightExchange.ToTorch(model);
        foreach (var parameter in network.Parameters.Parameters)
            if (parameter.Tensors.Any(slot => slot.Layer < 0)) parameter.Values.requires_grad_(false);
        using var scope = NewDisposeScope();
        var tokens = tensor(texts.SelectMany(text => text.Take(Length)).Select(id => (long)id).ToArray(),
            [Sequences, Length]);
        var next = tensor(texts.SelectMany(text => text.Skip(1)).Select(id => (long)id).ToArray());
        pass.Read(batch);
        double ours = pass.Forward(objective), theirs = Loss(network, tokens, next).item<float>();
        if (!(Math.Abs(ours - theirs) <= Tolerance * theirs))
            throw new InvalidOperationException($"The losses differ: {ours}, {theirs}.");

        var targets = new List<Target>();
        foreach (int threads in arguments.Threads)
        {
            set_num_threads(threads);
            var compute = new Compute(threads);
            var race = Race.Run([batch.Rows], seconds, int.MaxValue,
                _ => pass.Forward(objective, compute: compute),
                _ => Both(null),
                _ => Both(weights),
                _ =>
                {
                    using var turn = NewDisposeScope();
                    network.Parameters.ClearGradients();
                    Loss(network, tokens, next).backward();
                });
            double stream = 1 / race.Ratio(1, 0), all = 1 / race.Ratio(2, 0), torch = race.Ratio(2, 3);
            Console.WriteLine(
                $"threads: {threads}  forward {race.Rate(0):0} tokens/s; with the way back, stream {stream:0.00} "
                + $"forward passes, for all weights {all:0.00}; against autograd {torch:0.00}, by processor time "
                + $"{race.ProcessorRatio(2, 3):0.00} ({race.Tokens.Length} turns)");
            targets.Add(new(
                $"{MostForwards} forward passes against forward and backward, all weights, threads: {threads}",
                MostForwards / all, 1));
            targets.Add(new($"forward and backward, GPT-2 small, against autograd, threads: {threads}", torch, 1));

            void Both(WeightGradients? wanted)
            {
                pass.Forward(objective, compute: compute);
                if (wanted is null) pass.Backward(tap: static (_, _, _, _) => { }, compute: compute);
                else pass.Backward(wanted, compute: compute);
            }
        }
        return targets;
    }

    private static Tensor Loss(TorchTransformer network, Tensor tokens, Tensor next)
    {
        var logits = network.Logits(network.Forward(tokens));
        return F.cross_entropy(logits.reshape(-1, logits.shape[^1]), next);
    }
}
