using Loci.Torch.Networks;
using Loci.Torch.Optimisation;
using static TorchSharp.torch;

namespace Loci.Torch.Runs;

/// <summary>
/// The loss of a held-out text: in windows that know nothing of each other («truncated»), in windows that overlap
/// («sliding»), or as a text whose memory is carried from segment to segment («carried»).
/// </summary>
internal sealed class HeldOutEvaluation
{
    /// <summary>The ways, as configs name them.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["truncated", "sliding", "carried"];

    private readonly ITokenSource _source;
    private readonly int _batch, _length, _scored;
    private readonly bool _carried;
    private readonly long _passes;

    public HeldOutEvaluation(ScheduleSettings schedule, int length, TrainingText text)
    {
        string kind = schedule.Evaluate ?? (schedule.Carry == true ? "carried" : "truncated");
        (_batch, _length, _scored, _carried) = (schedule.Batch, length, length, kind == "carried");
        if (kind == "sliding") _scored = schedule.EvaluateStride ?? Math.Max(1, length / 4);
        _source = kind switch
        {
            "carried" => new TokenSegments(text.HeldOut, _batch, length),
            "sliding" => new SlidingWindows(text.HeldOut, length, _scored),
            _ => new TokenWindows(text.HeldOut, text.Begin, length, seed: -1),
        };
        _passes = Math.Max(1, Math.Min(_source.Count / _batch, schedule.EvaluateTokens / ((long)_batch * length)));
    }

    /// <summary>Nats a token, and the share of tokens that were the most likely one.</summary>
    /// <param name="network">The model.</param>
    /// <param name="inputs">Scratch. [batch, length]</param>
    /// <param name="targets">Scratch. [batch·length, 1]</param>
    public (float Loss, float Accuracy) Run(TorchTransformer network, Tensor inputs, Tensor targets)
    {
        using var _ = no_grad();
        double loss = 0;
        long right = 0, tokens = 0;
        CarriedMemory[]? carried = _carried ? [.. network.Blocks.Select(_ => new CarriedMemory())] : null;
        for (long pass = 0; pass < _passes; pass++)
        {
            using var scope = NewDisposeScope();
            _source.Draw(pass * _batch, inputs, targets);
            var normed = network.Forward(inputs, carried: carried);
            var wanted = targets;
            if (_scored < _length)
            {
                normed = normed.view(_batch, _length, -1).narrow(1, _length - _scored, _scored)
                    .reshape((long)_batch * _scored, -1);
                wanted = targets.view(_batch, _length).narrow(1, _length - _scored, _scored).reshape(-1, 1);
            }
            var (sum, hits) = LossHead.Evaluate(network, normed, wanted);
            (loss, right, tokens) = (loss + sum, right + hits, tokens + (long)_batch * _scored);
        }
        foreach (var memory in carried ?? []) memory.Dispose();
        return ((float)(loss / tokens), (float)((double)right / tokens));
    }
}
