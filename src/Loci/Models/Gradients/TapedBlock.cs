using Loci.Memory.Numerics;
using Loci.Models.Blocks;
using Loci.Models.Weights;

namespace Loci.Models.Gradients;

/// <summary>
/// One block, forward as <see cref="Transformer.Forward"/> takes it and with its bits, and back again: what the way
/// back needs is kept from the last forward pass. Every part has its own way back beside its way forward.
/// </summary>
internal sealed class TapedBlock(Block block, int layer, int width)
{
    private readonly MixerTape _mixer = new();
    private readonly GrowingBuffer _before = new(), _middle = new(), _x = new(), _scores = new(), _content = new(),
        _m = new(), _attention = new(), _recalled = new(), _own = new(),
        _weights = new();

    /// <summary>Takes the stream through the block, in place.</summary>
    /// <param name="pass">The pass, without a memory.</param>
    /// <param name="shift">What is added to the cells' output; of this layer, or null.</param>
    public void Forward(ForwardPass pass, ValueShift? shift)
    {
        int rows = pass.Batch.Rows;
        var workspace = pass.Workspace;
        Span<float> stream = workspace.Stream(rows), normed = workspace.Normed(rows), branch = workspace.Branch(rows);
        pass.Show(TapPoint.ResidualBefore, layer, stream);
        stream.CopyTo(_before.Take(rows, width));

        Block.Read(block.MixerNorm, stream, normed);
        block.Mixer.Read(pass with { Tape = _mixer }, normed, branch);
        Join(block.MixerOutputNorm, branch, _attention.Take(rows, width));
        pass.Show(TapPoint.Attention, layer, branch);

        var x = _x.Take(rows, width);
        if (block.Spec.Parallel) Block.Read(block.CellsNorm, stream, x);
        Elementwise.Add(stream, branch);
        pass.Show(TapPoint.ResidualMiddle, layer, stream);
        stream.CopyTo(_middle.Take(rows, width));

        if (!block.Spec.Parallel) Block.Read(block.CellsNorm, stream, x);
        pass.Show(TapPoint.FeedForwardInput, layer, x);
        Address(pass, x);
        block.Cells.Recall(_m.Take(rows, block.Cells.Capacity), rows, branch, pass.Threads);
        if (shift is not null)
            for (int i = 0; i < shift.Rows.Count; i++)
                Elementwise.Add(branch.Slice(shift.Rows[i] * width, width), shift.Delta);
        Join(block.CellsOutputNorm, branch, _recalled.Take(rows, width));
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
        int rows = pass.Batch.Rows, cells = block.Cells.Capacity;
        bool parallel = block.Spec.Parallel;
        var branch = pass.Workspace.Branch.Take(rows, width);
        tap?.Invoke(TapPoint.ResidualAfter, layer, stream, pass.Batch);
        stream.CopyTo(branch);
        tap?.Invoke(TapPoint.FeedForward, layer, branch, pass.Batch);
        JoinBack(pass, block.CellsOutputNormPart, _recalled, branch);
        if (shift is not null) Gather(shift, branch);
        if (!through && pass.Weights is null) return;

        var dm = pass.Workspace.Coefficients.Take(rows, cells);
        block.CellsPart.RecallBack(pass, _m.Take(rows, cells), branch, dm);
        tap?.Invoke(TapPoint.Coefficients, layer, dm, pass.Batch);
        var dx = through ? pass.Workspace.Normed.Take(rows, width) : [];
        var routed = through && block.Cells.Router is not null ? pass.Workspace.RouterInput.Take(rows, width) : [];
        if (block.Cells.Router is { } router)
            block.CellsPart.RouteBack(
                pass, _x.Take(rows, width), _own.Take(rows, cells), _weights.Take(rows, router.Groups), dm, routed);
        block.CellsPart.AddressBack(
            pass, _x.Take(rows, width), _scores.Take(rows, cells),
            block.Cells.IsGated ? _content.Take(rows, cells) : [], dm, dx);
        if (!through) return;
        if (!routed.IsEmpty) Elementwise.Add(dx, routed);
        tap?.Invoke(TapPoint.FeedForwardInput, layer, dx, pass.Batch);
        var before = _before.Take(rows, width);
        var beside = parallel ? pass.Workspace.Beside.Take(rows, width) : stream;
        if (parallel) beside.Clear();
        ReadBack(pass, block.CellsNormPart, parallel ? before : _middle.Take(rows, width), dx, beside);
        tap?.Invoke(TapPoint.ResidualMiddle, layer, stream, pass.Batch);

        stream.CopyTo(branch);
        tap?.Invoke(TapPoint.Attention, layer, branch, pass.Batch);
        JoinBack(pass, block.MixerOutputNormPart, _attention, branch);
        Span<float> x = [];
        if (pass.Weights is not null)
        {
            x = pass.Workspace.MixerInput.Take(rows, width);
            Block.Read(block.MixerNorm, before, x);
        }
        block.Mixer.Back(pass, _mixer, x, branch, dx);
        ReadBack(pass, block.MixerNormPart, before, dx, stream);
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
        if (block.Cells.Router is { } router)
        {
            m.CopyTo(_own.Take(rows, count));
            var weights = _weights.Take(rows, router.Groups);           // [rows, groups]
            router.Weigh(x, rows, weights, pass.Threads);
            router.Apply(weights, rows, m);
        }
        pass.Show(TapPoint.Coefficients, layer, m);
    }

    private void Join(NormWeights? norm, Span<float> branch, Span<float> kept)
    {
        if (norm is not null) branch.CopyTo(kept);
        block.Join(norm, branch);
    }

    private void JoinBack(BackwardPass pass, NormPart? norm, GrowingBuffer kept, Span<float> branch)
    {
        if (block.Spec.BranchScale != 1) Elementwise.Scale(branch, block.Spec.BranchScale);
        if (norm is null) return;
        var upper = pass.Workspace.Normed.Take(pass.Batch.Rows, width);
        branch.CopyTo(upper);
        branch.Clear();
        norm.Back(kept.Take(pass.Batch.Rows, width), upper, branch, pass.Weights);
    }

    // Adds the gradient of what a branch read to that of the stream.
    private static void ReadBack(
        BackwardPass pass, NormPart? norm, ReadOnlySpan<float> read, ReadOnlySpan<float> dx, Span<float> stream)
    {
        if (norm is null) Elementwise.Add(stream, dx);
        else norm.Back(read, dx, stream, pass.Weights);
    }

    private void Gather(ValueShift shift, ReadOnlySpan<float> branch)
    {
        Array.Clear(shift.Gradient);
        for (int i = 0; i < shift.Rows.Count; i++)
            Elementwise.Add(shift.Gradient, branch.Slice(shift.Rows[i] * width, width));
    }
}
