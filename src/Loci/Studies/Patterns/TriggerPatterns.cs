using Loci.Models;
using Loci.Studies.Statistics;

namespace Loci.Studies.Patterns;

/// <summary>
/// What the triggers of a cell have in common, and whether it is what fires the cell (the key-value paper's section 3
/// and figure 2, found by counting where the paper asked people).
/// </summary>
/// <remarks>
/// <para>Triggers are chosen for their activation, and among a few dozen of them something recurs by chance: a pattern
/// seen there proves nothing. Half of the text, sentence by sentence, serves to find patterns: those shared by enough
/// of the triggers that lie in it, tested against their frequency there. The other half serves to test them, on
/// prefixes drawn at random, whatever their activation: how often does the cell fire strongly where the pattern holds
/// (precision), how often does the pattern hold where the cell fires strongly (recall), how much of the coefficient's
/// variance does it explain. The held-out triggers are chosen for their activation too, and only tell how many of them
/// a pattern covers.</para>
/// <para>The label is about what is explained beyond the last token (<see cref="BeyondLastToken"/>): every cell reads
/// that one, with random weights as well as trained ones, so that a pattern of the last token is no sign of anything
/// learned. A cell follows phrases if
/// «one of its phrases holds» adds at least <see cref="TriggerPatternParameters.LeastPhrase"/> of the held-out variance
/// to the last token and the topic; it follows a topic if how far a prefix lies along the cell's direction of the
/// text's topics (<see cref="LatentTopics"/>) adds <see cref="TriggerPatternParameters.LeastTopic"/> to the last token
/// and the phrases. Variance is that of the coefficient at the pole meant, the other sign counted as 0.</para>
/// </remarks>
public static class TriggerPatterns
{
    /// <summary>Names of the study's streams of draws.</summary>
    internal const string Halves = "halves", FittedPrefixes = "fitted prefixes", TestedPrefixes = "tested prefixes";

    /// <summary>The study as a value.</summary>
    public static Study<TriggerPatternResult> Study { get; } =
        new Study<TriggerPatternParameters, TriggerPatternResult>("patterns", "trigger patterns")
    {
        What = "what the prefixes that fire a cell have in common",
        Reads = StudyInputs.All,
        Sizes = new(
            paper: new(), quick: new() { KeysPerLayer = 10, Background = 500 },
            ofNull: new() { KeysPerLayer = 40, Background = 2000 }),
        Measure = Run,
        Result = TriggerPatternJson.Default.TriggerPatternResult,
        Join = Join,
        Effort = _ => new(10, 2),
    };

    /// <summary>Fits and tests.</summary>
    /// <exception cref="LociException">The text is too short to be halved.</exception>
    /// <exception cref="OperationCanceledException">The options' token was signalled.</exception>
    public static TriggerPatternResult Run(StudySource source, TriggerPatternParameters parameters,
        StudyOptions options)
    {
        var text = source.Text;
        string[] tokens = [.. source.Atlas.Vocabulary.Select(token => token.Text)];
        var words = new WordText(text, tokens);
        var scan = new PatternScan(text, words, tokens);
        var halves = new TextHalves(text, Sampling.Seed(options.Seed, Halves));
        long fittedPrefixes = halves.Count(tested: false);
        if (fittedPrefixes == 0 || fittedPrefixes == text.Prefixes)
            throw new LociException(
                "The text is too short for patterns: it takes some different sentences to have two halves.");
        var sample = parameters.Cells is { } named
            ? StudyCell.Of(source.Atlas, named, parameters.Triggers)
            : StudyCell.Sample(source.Atlas, parameters.KeysPerLayer, parameters.Triggers, options.Seed);
        CellPatterns[] cells = [.. sample.Select(cell => new CellPatterns(cell, text, halves, scan))];
        var fitted = halves.Draw(tested: false, parameters.Background, Sampling.Seed(options.Seed, FittedPrefixes));
        var tested = halves.Draw(tested: true, parameters.Background, Sampling.Seed(options.Seed, TestedPrefixes));
        float[] before = Coefficients(source.Model, text, sample, fitted, options);
        float[] after = Coefficients(source.Model, text, sample, tested, options);
        var topics = new LatentTopics(text, words, options.Seed);
        Fit(cells, text, halves, words, scan, topics, fitted, before, parameters);
        options.Cancellation.ThrowIfCancellationRequested();
        var held = Held(cells, text, scan, tested);
        var beyond = new BeyondLastToken(text, tested);
        double[][] ofTopics = TopicFit.Residuals(topics, tested, beyond);
        var units = Statistics.Units.OfText(tested.Select(text.Stretch));
        var rows = new PatternCell[cells.Length];
        for (int c = 0; c < cells.Length; c++)
        {
            var test = new HeldOutTest(
                parameters, cells[c], before.AsSpan(c * fitted.Length, fitted.Length),
                after.AsSpan(c * tested.Length, tested.Length), held[c], units);
            rows[c] = test.Run(scan, beyond, ofTopics, topics, key => Describe(key, cells[c], words, tokens));
        }
        return new(
            parameters, fittedPrefixes, tested.Length,
            [.. rows.GroupBy(row => row.Cell.Layer).OrderBy(layer => layer.Key)
                .Select(layer => Summarise(layer.Key, [.. layer]))], rows);
    }

    private static void Fit(
        CellPatterns[] cells, StudyText text, TextHalves halves, WordText words, PatternScan scan,
        LatentTopics topicsOfText,
        Prefix[] background, float[] m,        TriggerPatternParameters parameters)
    {
        double prefixes = halves.Count(tested: false);
        long[] wordCounts = words.PrefixCounts(halves.Sentences(tested: false));
        foreach (var cell in cells)
            cell.FindTopic(words, word => wordCounts[word] / prefixes, parameters.Least, parameters.Alpha);
        var numbers = new Dictionary<PatternKey, int>();
        foreach (var cell in cells)
            foreach (var key in cell.Shared(parameters.Least))
                numbers.TryAdd(key, numbers.Count);
        int shallow = numbers.Count;
        (int[] Words, int Number)[] topics = [.. cells.Select((cell, c) => (cell.Topic, shallow + c))];
        for (int c = 0; c < cells.Length; c++) numbers.Add(TopicKey(c), shallow + c);
        long[] counts = new long[numbers.Count];
        var holders = new List<int>[numbers.Count];
        for (int n = 0; n < holders.Length; n++) holders[n] = [];
        var place = Places(text, background);
        var beyond = new BeyondLastToken(text, background);
        var fit = new TopicFit(topicsOfText, background, beyond);
        scan.Run(halves.Sentences(tested: false), numbers, topics, _ => true, (number, index) =>
        {
            counts[number]++;
            if (place.TryGetValue(index, out int i)) holders[number].Add(i);
        });
        for (int c = 0; c < cells.Length; c++)
        {
            var cell = cells[c];
            cell.Choose(
                key => numbers.TryGetValue(key, out int n) ? counts[n] / prefixes : 0, key => holders[numbers[key]],
                HeldOutTest.AtPole(cell.Cell.Id.Pole, m.AsSpan(c * background.Length, background.Length)), beyond, fit,
                TopicKey(c), prefix => scan.About(prefix, cell.Topic), parameters);
        }
    }

    private static Dictionary<int, int> Places(StudyText text, Prefix[] prefixes)
    {
        var place = new Dictionary<int, int>(prefixes.Length);
        for (int i = 0; i < prefixes.Length; i++) place.Add(text.IndexOf(prefixes[i]), i);
        return place;
    }

    private static PatternKey TopicKey(int cell) => new(PatternForm.Topic, cell);

    /// <summary>Coefficients of the sampled cells after prefixes. [cells, prefixes]</summary>
    internal static float[] Coefficients(Model model, StudyText text, IReadOnlyList<StudyCell> cells,
        Prefix[] prefixes, StudyOptions options)
    {
        float[] m = new float[checked(cells.Count * prefixes.Length)];
        var ofLayer = Enumerable.Range(0, cells.Count).ToLookup(c => cells[c].Id.Layer);
        PrefixPass.Run(model, text, prefixes, () => (point, layer, values, prefix) =>
        {
            if (point != TapPoint.Coefficients) return;
            foreach (int c in ofLayer[layer]) m[c * prefixes.Length + prefix] = values[cells[c].Id.Index];
        }, options, "coefficients of random prefixes");
        return m;
    }

    /// <summary>
    /// For every cell, its kept patterns and then its phrases, which of the prefixes hold them.
    /// [cells][patterns][prefixes]
    /// </summary>
    private static bool[][][] Held(CellPatterns[] cells, StudyText text, PatternScan scan, Prefix[] prefixes)
    {
        var place = Places(text, prefixes);
        var numbers = new Dictionary<PatternKey, int>();
        List<(int[], int)> topics = [];
        List<List<int>> holders = [];
        for (int c = 0; c < cells.Length; c++)
            foreach (var pattern in cells[c].Chosen.Concat(cells[c].Phrases))
                if (numbers.TryAdd(pattern.Key, holders.Count))
                {
                    if (pattern.Key.Form == PatternForm.Topic) topics.Add((cells[c].Topic, holders.Count));
                    holders.Add([]);
                }
        scan.Run(
            prefixes.Select(prefix => prefix.Sentence).Distinct(), numbers, topics, place.ContainsKey,
            (number, index) => holders[number].Add(place[index]));
        return [.. cells.Select(cell => cell.Chosen.Concat(cell.Phrases).Select(pattern =>
        {
            bool[] held = new bool[prefixes.Length];
            foreach (int i in holders[numbers[pattern.Key]]) held[i] = true;
            return held;
        }).ToArray())];
    }

    private static Pattern Describe(PatternKey key, CellPatterns cell, WordText words, string[] tokens)
    {
        int[] ids = key.Form == PatternForm.Topic ? [] : [.. key.Ids];
        string text = key.Form switch
        {
            PatternForm.Suffix => "…" + string.Concat(ids.Select(id => tokens[id])),
            PatternForm.SkipGram => $"…{tokens[ids[0]]} …{tokens[ids[1]]}",
            PatternForm.Topic => "about " + string.Join(", ", cell.Topic.Select(word => words.Words[word])),
            _ => (TokenClass)key.A switch
            {
                TokenClass.Capitalised => "a capital",
                TokenClass.Number => "a number",
                TokenClass.Punctuation => "punctuation",
                TokenClass.WordInternal => "inside a word",
                _ => "the first token of a sentence",
            },
        };
        return new(key.Form, ids, text);
    }

    /// <summary>Several runs as one, such as those on draws of random weights: the cells of all of them.</summary>
    /// <param name="runs">At least one, all of the same parameters and text.</param>
    public static TriggerPatternResult Join(IReadOnlyList<TriggerPatternResult> runs)
    {
        PatternCell[] cells = [.. runs.SelectMany(run => run.Cells)];
        return runs[0] with
        {
            Cells = cells,
            Layers = [.. cells.GroupBy(row => row.Cell.Layer).OrderBy(layer => layer.Key)
                .Select(layer => Summarise(layer.Key, [.. layer]))],
        };
    }

    private static PatternLayer Summarise(int layer, PatternCell[] cells)
    {
        return new(
            layer, cells.Length, Label(PatternLabel.Shallow), Label(PatternLabel.Semantic), Label(PatternLabel.Both),
            Label(PatternLabel.LastToken), Label(PatternLabel.None),
            Estimate.Mean([.. cells.Select(cell => (double)cell.Patterns.Count)], Units(cells)),
            Share(cell => cell.Patterns.Count > 0),
            Cover(cell => cell.Fitted), Cover(cell => cell.HeldOut),
            Estimate.MeanShare([.. cells.Select(cell => cell.Explained)], Units(cells)));

        Estimate Label(PatternLabel label) => Share(cell => cell.Label == label);

        Estimate Share(Func<PatternCell, bool> which) => Estimate.Share([.. cells.Select(which)], Units(cells));

        TriggerCover Cover(Func<PatternCell, CellCover> of)
        {
            PatternCell[] with = [.. cells.Where(cell => of(cell).Triggers > 0)];
            return new(Of(c => c.Shallow), Of(c => c.Semantic), Of(c => c.Both), Of(c => c.Any));

            Estimate Of(Func<CellCover, double> share) =>
                Estimate.MeanShare([.. with.Select(cell => share(of(cell)))], Units(with));
        }
    }

    /// <summary>
    /// What is independent among cells, as far as it is known: those whose strongest triggers stand in one stretch are
    /// one unit.
    /// </summary>
    public static Units Units(IEnumerable<PatternCell> cells) =>
        Statistics.Units.OfText(cells.Select(cell => cell.Stretch));
}
