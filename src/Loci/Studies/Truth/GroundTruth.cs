using Loci.Atlas;
using Loci.Memory.Recall;
using Loci.Worlds;

namespace Loci.Studies.Truth;

/// <summary>How to measure.</summary>
/// <param name="Shuffles">Shuffles of a test; p cannot go below 1 / (shuffles + 1).</param>
/// <param name="LeastTriggers">Cells with fewer triggers are not tested.</param>
/// <param name="Seed">Seed of backgrounds and shuffles.</param>
public sealed record GroundTruthOptions(int Shuffles = 199, int LeastTriggers = 10, ulong Seed = 1);

/// <summary>The cells of one layer and pole.</summary>
/// <param name="Layer">Layer, from 0.</param>
/// <param name="Pole">The pole.</param>
/// <param name="Cells">Cells of the layer.</param>
/// <param name="Explained">Those with enough triggers, in order.</param>
public sealed record GroundTruthLayer(int Layer, Pole Pole, int Cells, IReadOnlyList<TriggerExplanation> Explained)
{
    /// <summary>Share of the tested cells with a verdict; 0 where none was tested.</summary>
    public double Share(ExplainedBy verdict, double level) =>
        Explained.Count == 0 ? 0 : (double)Explained.Count(cell => cell.Verdict(level) == verdict) / Explained.Count;

    /// <summary>Mean over the tested cells; 0 where none was tested.</summary>
    public double Mean(Func<TriggerExplanation, double> of) => Explained.Count == 0 ? 0 : Explained.Average(of);
}

/// <summary>
/// What fires a cell, measured against the truth: in an atlas built over a text of known topics, such as
/// that of a <see cref="World"/>, the topic of every trigger is known and not guessed. For every cell and pole: purity
/// of topic and of suffixes of 1 to 4 words, and the normalised mutual information between being a trigger and the
/// label, against as many prefixes drawn from the same text, beside what shuffled labels give.
/// </summary>
/// <remarks>
/// Topic and suffix come together: «goalkeeper» is a word of sport. So each is also measured where the other cannot
/// help: suffixes against prefixes of the same topics, topics against prefixes with the same last words (with
/// one trigger for each different end, so that one phrase seen often is no evidence of a topic). Limits:
/// suffixes are of words, and a trigger within a word counts as the word; topics are those of the passages, so
/// that a cell for a finer or a coarser matter shows as less pure than it is; of the triggers from one unit
/// (<see cref="LabelledSentence.Unit"/>) the strongest alone is looked at; at level 0.05 one test in twenty
/// succeeds by chance, and a cell has several.
/// </remarks>
public static class GroundTruth
{
    /// <summary>Measures every cell; layers in order, positive pole first.</summary>
    /// <param name="atlas">A whole atlas, built with unit <c>line</c> over the text.</param>
    /// <param name="truth">All sentences of the text, in its order.</param>
    /// <param name="options">How to measure.</param>
    /// <param name="compute">Threads to use, and what ends the measurement early.</param>
    /// <param name="progress">Told how many cells are read, each once, both poles of it.</param>
    /// <exception cref="LociException">
    /// The atlas was not built over this text, not line by line, or only in part.
    /// </exception>
    public static IReadOnlyList<GroundTruthLayer> Measure(
        AtlasFile atlas, IEnumerable<LabelledSentence> truth, GroundTruthOptions? options = null,
        Compute compute = default, IProgress<long>? progress = null)
    {
        options ??= new();
        if (atlas.Manifest.Unit != "line")
            throw new LociException(
                $"{atlas.Path} was built with sentences as unit «{atlas.Manifest.Unit}»: build it with --unit line, "
                    + "so that its sentences are those of the text.");
        if (atlas.Manifest.Part is { } part) throw new LociException($"{atlas.Path} is {part}: merge the parts first.");
        var corpus = new GroundTruthCorpus(truth);
        var words = Words(atlas, corpus);
        int poles = atlas.Manifest.Spec.Gated ? 2 : 1;
        var found = atlas.Layers.SelectMany(_ => Enumerable.Range(0, poles), (_, _) => new List<TriggerExplanation>())
            .ToArray();
        long read = 0;
        foreach (var cells in atlas.Cells.Chunk(256 / poles))
        {
            var chunk = cells.SelectMany(Poles).ToArray();
            var explained = new TriggerExplanation?[chunk.Length];
            Parallel.For(0, chunk.Length, compute.Parallel, i =>
            {
                var (cell, triggers) = chunk[i];
                int[] apart = corpus.Apart(triggers.Select(Place));
                if (apart.Length >= options.LeastTriggers)
                    explained[i] = TriggerExplanation.Of(cell, apart, corpus, options);
            });
            foreach (var one in explained.OfType<TriggerExplanation>())
                found[one.Cell.Layer * poles + (one.Cell.Pole == Pole.Positive ? 0 : 1)].Add(one);
            progress?.Report(read += cells.Length);
        }
        return [.. found.Select((explained, i) => new GroundTruthLayer(
            i / poles, i % poles == 0 ? Pole.Positive : Pole.Negative, atlas.Layers[i / poles].Cells, explained))];

        IEnumerable<(CellId, IReadOnlyList<Trigger>)> Poles(AtlasCell cell)
        {
            yield return (new(cell.Layer, cell.Index), cell.Positive);
            if (poles == 2) yield return (new(cell.Layer, cell.Index, Pole.Negative), cell.Negative);
        }

        int Place(Trigger trigger) =>
            words.TryGetValue(trigger.Sentence, out int[]? ends) && trigger.Position < ends.Length
            ? corpus.Prefix(trigger.Sentence, ends[trigger.Position])
            : throw new InvalidFileException(
                atlas.Path,
                $"damaged atlas: a trigger points at position {trigger.Position} of sentence {trigger.Sentence}");
    }

    // For every token of the sentences pointed at, the word it belongs to; the sentences are checked on the way.
    private static Dictionary<long, int[]> Words(AtlasFile atlas, GroundTruthCorpus corpus)
    {
        if (atlas.Manifest.Sentences != corpus.Sentences)
            throw new LociException(
                $"{atlas.Path} was built over {atlas.Manifest.Sentences:N0} sentences, the text has "
                    + $"{corpus.Sentences:N0}: it is another, or another part of it (of a world: give the seed and "
                    + "the number of words it was written with).");
        var words = new Dictionary<long, int[]>();
        foreach (var sentence in atlas.AllSentences)
        {
            if (!corpus.Reads(sentence.Id, WorldText.Words(sentence.Text), sentence.Cut))
                throw new LociException(
                    $"{atlas.Path} was built over another text: its sentence {sentence.Id} is "
                        + $"«{sentence.Text.Trim()}», which the text does not say there.");
            words.Add(
                sentence.Id,
                [
                    .. Enumerable.Range(0, sentence.Tokens.Count)
                        .Select(at => Math.Max(0, WorldText.Words(sentence.Prefix(at)).Count - 1)),
                ]);
        }
        return words;
    }
}
