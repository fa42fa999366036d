using Loci.Models;

namespace Loci.Tracing;

/// <summary>Copies of the values at chosen taps of one forward pass.</summary>
public sealed class Recording
{
    private readonly Dictionary<TapName, float[]> _values = [];
    private readonly HashSet<TapName> _wanted;
    private readonly bool _lastRow;

    /// <summary>Will keep the named taps.</summary>
    /// <param name="wanted">The taps.</param>
    /// <param name="lastRow">
    /// Keep the batch's last row only: what a long prompt's last token needs, not what all its tokens do.
    /// </param>
    public Recording(IEnumerable<TapName> wanted, bool lastRow = false) => (_wanted, _lastRow) = ([.. wanted], lastRow);

    /// <summary>The values of a tap, one row per token kept.</summary>
    /// <exception cref="KeyNotFoundException">The tap was not asked for, or nothing has run.</exception>
    public float[] this[TapPoint point, int layer = 0] => _values[new(point, layer)];

    /// <summary>Runs a batch and keeps what was asked for.</summary>
    /// <param name="transformer">The model.</param>
    /// <param name="batch">The tokens.</param>
    /// <param name="intervention">Changes values as they pass; what is kept is what it leaves.</param>
    /// <param name="compute">Threads to use, and what ends it early.</param>
    public void Run(Transformer transformer, Batch batch, Tap? intervention = null, Compute compute = default)
    {
        var workspace = new Workspace(transformer.Spec);
        var inside = _wanted.Aggregate(AttentionTaps.None, (needs, tap) => needs | tap.Needs);
        // Who intervenes may do so at any point but a pattern, unless patterns are asked for.
        if (intervention is not null) inside |= AttentionTaps.Heads;
        transformer.Forward(batch, workspace, Observe, compute: compute, inside: inside);
        if (!_wanted.Contains(new(TapPoint.Logits, 0))) return;
        var stream = workspace.Stream(batch.Rows);
        if (_lastRow) stream = stream[^transformer.Spec.Width..];
        long count = stream.Length / transformer.Spec.Width * (long)transformer.Spec.Vocabulary;
        if (count > Array.MaxLength)
            throw new LociException(
                $"The logits of {batch.Rows} tokens over a vocabulary of {transformer.Spec.Vocabulary} are too many "
                    + "to hold; take fewer tokens.");
        float[] logits = new float[count];
        transformer.Logits(stream, logits, compute);
        intervention?.Invoke(TapPoint.Logits, 0, logits, batch);
        _values[new(TapPoint.Logits, 0)] = logits;

        void Observe(TapPoint point, int layer, Span<float> values, Batch of)
        {
            intervention?.Invoke(point, layer, values, of);
            if (_wanted.Contains(new(point, layer)))
                _values[new(point, layer)] = (_lastRow ? values[^(values.Length / of.Rows)..] : values).ToArray();
        }
    }
}
