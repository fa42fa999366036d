namespace Loci.Models.Blocks;

/// <summary>One pass through the blocks: what is read, what is kept of it, who looks on.</summary>
/// <param name="Batch">The tokens.</param>
/// <param name="Workspace">Scratch memory.</param>
/// <param name="Tap">Called at every tap point, or null.</param>
/// <param name="Memory">What is kept of the text before, or null for texts of which nothing is kept.</param>
/// <param name="Threads">Most threads to use.</param>
internal readonly record struct ForwardPass(Batch Batch, Workspace Workspace, Tap? Tap, ContextMemory? Memory, int Threads)
{
    /// <summary>Shows a value to the tap.</summary>
    public void Show(TapPoint point, int layer, Span<float> values) => Tap?.Invoke(point, layer, values, Batch);
}
