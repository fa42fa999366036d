using Loci.Memory.Numerics;
using Loci.Models.Blocks;
using Loci.Models.Weights;

namespace Loci.Models.Gradients;

/// <summary>
/// One block, forward as <see cref="Transformer.Forward"/> takes it and with its bits, and back again: what the way
/// back needs is kept from the last forward pass. Every part has its own way back beside its way forward.
/// </summary>
internal sealed class TapedBlock(Block block, int layer)
{
    private readonly MixerTape _mixer = new();
    private readonly GrowingBuffer _before = new(), _middle = new(), _x = new(), _scores = new(), _content = new(),
        _m = new(), _attention = new(), _recalled = new();

    /// <summary>Takes the stream through the block, in place.</summary>
    /// <param name="pass">The pass, without a memory.</param>
    /// <param name="shift">What is added to the cells' output; of this layer, or null.</param>
    public void Forward(ForwardPass pass, ValueShift? shift)
    {
        int rows = pass.Batch.Rows, width = block.MixerNorm.Gain.Length;
        var workspace = pass.Workspace;
        Span<float> stream = workspace.Stream(rows), normed = workspace.Normed(rows), branch = workspace.Branch(rows);
        pass.Show(TapPoint.ResidualBefore, layer, stream);
        stream.CopyTo(_before.Take(rows, width));

        block.MixerNorm.Apply(stream, normed);
        block.Mixer.Read(pass with { Tape = _mixer }, normed, branch);
        Sandwich(block.MixerOutputNorm, branch, _attention.Take(rows, width));
        pass.Show(TapPoint.Attention, layer, branch);

        var x = _x.Take(rows, width);
        if (block.Spec.Parallel) block.CellsNorm.Apply(stream, x);
        Elementwise.Add(stream, branch);
        pass.Show(TapPoint.ResidualMiddle, layer, stream);
        stream.CopyTo(_middle.Take(rows, width));

        if (!block.Spec.Parallel) block.CellsNorm.Apply(stream, x);
        pass.Show(TapPoint.FeedForwardInput, layer, x);
        Address(pass, x);
        block.Cells.Recall(_m.Take(rows, block.Cells.Capacity), rows, branch, pass.Threads);
        if (shift is not null)
            for (int i = 0; i < shift.Rows.Count; i++)
                Elementwise.Add(branch.Slice(shift.Rows[i] * width, width), shift.Delta);
        Sandwich(block.CellsOutputNorm, branch, _recalled.Take(rows, width));
        pass.Show(TapPoint.FeedForward, layer, branch);

        Elementwise.Add(stream, branch);
        pass.Show(TapPoint.ResidualAfter, layer, stream);
    }

    /// <summary>Takes the gradient of the stream back through the block, in place.</summary>
    /// <param name="pass">The way back.</param>
    /// <param name="stream">The gradient of the stream. [rows, width]</param>
    /// <param name="shift">Receives the gradient by it; of this layer, or null.</param>
    /// <param name="tap">Called at every point, or null.</param>
    /// <param name="through">False where nothing below the cells' weights is wanted.</param>
    public void Back(BackwardPass pass, Span<float> stream, ValueShift? shift, GradientTap? tap, bool through)
    {
        int rows = pass.Batch.Rows, width = block.MixerNorm.Gain.Length, cells = block.Cells.Capacity;
        bool parallel = block.Spec.Parallel;
        var branch = pass.Workspace.Branch.Take(rows, width);
        tap?.Invoke(TapPoint.ResidualAfter, layer, stream, pass.Batch);
        stream.CopyTo(branch);
        tap?.Invoke(TapPoint.FeedForward, layer, branch, pass.Batch);
        SandwichBack(pass, block.CellsOutputNormPart, _recalled, branch);
        if (shift is not null) Gather(shift, branch, width);
        if (!through && pass.Weights is null) return;

        var dm = pass.Workspace.Coefficients.Take(rows, cells);
        block.CellsPart.RecallBack(pass, _m.Take(rows, cells), branch, dm);
        tap?.Invoke(TapPoint.Coefficients, layer, dm, pass.Batch);
        var dx = through ? pass.Workspace.Normed.Take(rows, width) : [];
        block.CellsPart.AddressBack(
            pass, _x.Take(rows, width), _scores.Take(rows, cells),
            block.Cells.IsGated ? _content.Take(rows, cells) : [], dm, dx);
        if (!through) return;
        tap?.Invoke(TapPoint.FeedForwardInput, layer, dx, pass.Batch);
        var before = _before.Take(rows, width);
        var beside = parallel ? pass.Workspace.Beside.Take(rows, width) : stream;
        if (parallel) beside.Clear();
        block.CellsNormPart.Back(parallel ? before : _middle.Take(rows, width), dx, beside, pass.Weights);
        tap?.Invoke(TapPoint.ResidualMiddle, layer, stream, pass.Batch);

        stream.CopyTo(branch);
        tap?.Invoke(TapPoint.Attention, layer, branch, pass.Batch);
        SandwichBack(pass, block.MixerOutputNormPart, _attention, branch);
        Span<float> x = [];
        if (pass.Weights is not null)
        {
            x = pass.Workspace.MixerInput.Take(rows, width);
            block.MixerNorm.Apply(before, x);
        }
        block.Mixer.Back(pass, _mixer, x, branch, dx);
        block.MixerNormPart.Back(before, dx, stream, pass.Weights);
        if (parallel) Elementwise.Add(stream, beside);
        tap?.Invoke(TapPoint.ResidualBefore, layer, stream, pass.Batch);
    }

    // The coefficients, from the scores that the way back needs.
    private void Address(ForwardPass pass, ReadOnlySpan<float> x)
    {
        int rows = pass.Batch.Rows, count = block.Cells.Capacity;
        Span<float> scores = _scores.Take(rows, count), m = _m.Take(rows, count);
        block.Cells.Score(x, rows, scores, pass.Threads);
        scores.CopyTo(m);
        if (block.Cells.IsGated)
        {
            var content = _content.Take(rows, count);
            block.Cells.Content(x, rows, content, pass.Threads);
            Gating.Apply(block.Cells.Activation, m, content);
        }
        else Activations.Apply(block.Cells.Activation, m);
        pass.Show(TapPoint.Coefficients, layer, m);
    }

    private static void Sandwich(NormWeights? norm, Span<float> branch, Span<float> kept)
    {
        if (norm is null) return;
        branch.CopyTo(kept);
        norm.Apply(branch, branch);
    }

    private static void SandwichBack(BackwardPass pass, NormPart? norm, GrowingBuffer kept, Span<float> branch)
    {
        if (norm is null) return;
        int width = branch.Length / pass.Batch.Rows;
        var upper = pass.Workspace.Normed.Take(pass.Batch.Rows, width);
        branch.CopyTo(upper);
        branch.Clear();
        norm.Back(kept.Take(pass.Batch.Rows, width), upper, branch, pass.Weights);
    }

    private static void Gather(ValueShift shift, ReadOnlySpan<float> branch, int width)
    {
        Array.Clear(shift.Gradient);
        for (int i = 0; i < shift.Rows.Count; i++)
            Elementwise.Add(shift.Gradient, branch.Slice(shift.Rows[i] * width, width));
    }
}
