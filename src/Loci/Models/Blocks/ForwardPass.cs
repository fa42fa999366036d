namespace Loci.Models.Blocks;

/// <summary>One pass through the blocks: what is read, what is kept of it, who looks on.</summary>
/// <param name="Batch">The tokens.</param>
/// <param name="Workspace">Scratch memory.</param>
/// <param name="Tap">Called at every tap point, or null.</param>
/// <param name="Memory">What is kept of the text before, or null for texts of which nothing is kept.</param>
/// <param name="Threads">Most threads to use.</param>
/// <param name="Inside">Which points inside mixers the tap is called at.</param>
internal readonly record struct ForwardPass(
    Batch Batch, Workspace Workspace, Tap? Tap, ContextMemory? Memory, int Threads, AttentionTaps Inside)
{
    /// <summary>Where a mixer leaves what its way back needs, or null.</summary>
    public MixerTape? Tape { get; init; }

    /// <summary>True where the tap is to see these points.</summary>
    public bool Shows(AttentionTaps inside) => Tap is not null && (Inside & inside) != 0;

    /// <summary>Where a mixer's projection goes: to the tape where there is one. [rows, width]</summary>
    public Span<float> Projected(int width) =>
        Tape is null ? Workspace.Projected(Batch.Rows, width) : Tape.Projected.Take(Batch.Rows, width);

    /// <summary>Where what the heads read goes. [rows, width]</summary>
    public Span<float> Mixed(int width) =>
        Tape is null ? Workspace.Mixed(Batch.Rows, width) : Tape.Mixed.Take(Batch.Rows, width);

    /// <summary>Shows a value to the tap.</summary>
    public void Show(TapPoint point, int layer, Span<float> values) => Tap?.Invoke(point, layer, values, Batch);

    /// <summary>Shows some columns of every row to the tap, and takes over what it leaves in them.</summary>
    /// <param name="point">The point.</param>
    /// <param name="layer">The block.</param>
    /// <param name="rows">[rows, stride]</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="first">The first column.</param>
    /// <param name="count">Columns.</param>
    public void ShowColumns(TapPoint point, int layer, Span<float> rows, int stride, int first, int count)
    {
        float[] shown = new float[Batch.Rows * count];                  // [rows, count]
        for (int r = 0; r < Batch.Rows; r++) rows.Slice(r * stride + first, count).CopyTo(shown.AsSpan(r * count));
        Show(point, layer, shown);
        for (int r = 0; r < Batch.Rows; r++) shown.AsSpan(r * count, count).CopyTo(rows[(r * stride + first)..]);
    }
}
