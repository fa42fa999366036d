using System.Diagnostics;
using System.Runtime.InteropServices;
using Loci.Memory.Recall;
using Loci.Models;
using Loci.Text;

namespace Loci.Atlas.Building;

/// <summary>
/// One thread's share of a build: its own scratch memory and its own recall, fed whole sentences. What it has seen is
/// merged with the other workers' at the end; the merge does not depend on who saw what.
/// </summary>
internal sealed class BuildWorker
{
    private readonly Transformer _transformer;
    private readonly int? _begin;
    private readonly Workspace _workspace;
    private readonly Batch _batch = new();
    private readonly List<SentenceRows> _rows = [];
    private readonly List<int> _tokens = [];
    private readonly Tap _tap;
    private long _scanTicks;

    public BuildWorker(Transformer transformer, int? beginOfSequence, BuildState state)
    {
        (_transformer, _begin, State) = (transformer, beginOfSequence, state);
        _workspace = new(transformer.Spec);
        _tap = Scan;
    }

    /// <summary>All it has seen.</summary>
    public BuildState State { get; }

    /// <summary>Where its time went.</summary>
    public BuildTimes Times { get; private set; }

    /// <summary>Runs sentences through the model and takes in their coefficients.</summary>
    public void Observe(IReadOnlyList<TokenizedSentence> sentences)
    {
        long start = Stopwatch.GetTimestamp();
        _scanTicks = 0;
        _batch.Clear();
        _rows.Clear();
        foreach (var sentence in sentences)
        {
            // The beginning-of-sequence token is run, as the model expects, but is no prefix of the sentence.
            _tokens.Clear();
            if (_begin is { } begin) _tokens.Add(begin);
            int before = _tokens.Count;
            _tokens.AddRange(sentence.Tokens);
            var place = _batch.Add(CollectionsMarshal.AsSpan(_tokens));
            _rows.Add(new(sentence.Id, place.FirstRow + before, sentence.Tokens.Length));
            State.Take(sentence);
        }
        _transformer.Forward(_batch, _workspace, _tap);
        long total = Stopwatch.GetTimestamp() - start;
        Times = Times with { Scan = Times.Scan + _scanTicks, Forward = Times.Forward + total - _scanTicks };
    }

    private void Scan(TapPoint point, int layer, Span<float> values, Batch batch)
    {
        if (point != TapPoint.Coefficients) return;
        long start = Stopwatch.GetTimestamp();
        try
        {
            State.Layers[layer].Observe(values, CollectionsMarshal.AsSpan(_rows));
        }
        catch (CoefficientRangeException e)
        {
            throw new LociException(
                $"The model overflows: cell {new CellId(layer, e.Cell)} has the coefficient {e.Coefficient} at "
                    + $"sentence {e.Sentence}, " +
                $"position {e.Position} (from 0). An atlas of it would mean nothing; check the weights.", e);
        }
        _scanTicks += Stopwatch.GetTimestamp() - start;
    }

    public void AddTextTime(long ticks) => Times = Times with { Text = Times.Text + ticks };
}

/// <summary>Time a worker spent, in ticks of <see cref="Stopwatch"/>.</summary>
/// <param name="Text">Reading, splitting and tokenising.</param>
/// <param name="Forward">The model.</param>
/// <param name="Scan">Top-t recall and statistics.</param>
public readonly record struct BuildTimes(long Text, long Forward, long Scan)
{
    /// <summary>The times of two workers together.</summary>
    public static BuildTimes operator +(BuildTimes a, BuildTimes b) =>
        new(a.Text + b.Text, a.Forward + b.Forward, a.Scan + b.Scan);

    /// <inheritdoc cref="op_Addition"/>
    public static BuildTimes Add(BuildTimes a, BuildTimes b) => a + b;
}
