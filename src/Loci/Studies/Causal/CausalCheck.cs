using Loci.Studies.Statistics;

namespace Loci.Studies.Causal;

/// <summary>
/// Whether the memories cause what their values say: a cell's coefficient is set to zero, to its mean over the corpus,
/// or to its coefficient at a random other prefix, and the answer is read again, beside the same done to a matched
/// cell.
/// </summary>
/// <remarks>
/// <para>Two places: the cell's own triggers, changed at the last token alone; and random prefixes, the same for all
/// cells, changed at every token (the beginning-of-sequence token included), as if the model did not have the cell. Two
/// paths: the direct effect leaves the rest of the pass as it was, norm scales included, and takes the difference of
/// m·v out of the final logits; the total effect runs the model again. The cell's own top token is what its value
/// promotes most (folded readout), at the trigger's pole, or at the pole it fires at at the random prefix.</para>
/// <para>The matched cell is another of the same layer, drawn anew for every prefix from the five whose |m|·‖v‖ at its
/// last token is nearest to the cell's; its effect is read on the cell's token. Everywhere it is matched at the last
/// token, too, and then changed at all. At its strongest triggers a cell often writes more than any other of its layer:
/// <see cref="CausalBase.Size"/> says how near the match is. A mean or resampled coefficient is the changed cell's own,
/// and both cells take theirs from the same other prefix.</para>
/// <para>That a cell adds to the logit of the token its own value promotes most follows from how the token is chosen,
/// and random weights do it too. What speaks for a memory is what the rest does not give for free: the total effect
/// that is left after all later layers have answered, and the loss it saves, beyond the matched cells' and the
/// nulls'.</para>
/// </remarks>
public static class CausalCheck
{
    /// <summary>The study as a value.</summary>
    public static Study<CausalCheckResult> Study { get; } =
        new Study<CausalCheckParameters, CausalCheckResult>("causal", "causal check")
    {
        What = "what happens to the answer when a cell is taken out",
        Reads = StudyInputs.All,
        Sizes = new(
            paper: new(), quick: new(CellsPerLayer: 5, Triggers: 5, RandomPrefixes: 20),
            ofNull: new(CellsPerLayer: 10, Triggers: 10, RandomPrefixes: 40)),
        Measure = Run,
        Result = CausalCheckJson.Default.CausalCheckResult,
        Effort = _ => new(20, 3),
    };

    /// <summary>Runs the check.</summary>
    /// <exception cref="LociException">A layer has one cell only, so that nothing can be matched; the text has fewer
    /// than two prefixes.</exception>
    /// <exception cref="OperationCanceledException">The options' token was signalled.</exception>
    public static CausalCheckResult Run(StudySource source, CausalCheckParameters parameters, StudyOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parameters.RandomPrefixes, 2, nameof(parameters));
        var spec = source.Model.Spec;
        if (spec.Blocks.Any(block => block.Cells.Count < 2))
            throw new LociException($"{source.Model.Name} has one cell a layer; there is no other to match it with.");
        if (source.Text.Prefixes < 2)
            throw new LociException("The text has fewer than two prefixes; there is no other to resample from.");

        var (prefixes, trials, donors) = Trials(source, parameters, options.Seed);
        var intact = IntactPass.Run(source, prefixes, trials, donors, options);
        var replacement = new Replacement(source.Atlas, intact, options.Seed);
        var direct = DirectPass.Run(source, prefixes, trials, intact, replacement, options);
        var total = AblatedPass.Run(source, prefixes, trials, replacement.Coefficient, options);
        var (effects, bases, cells) =
            new CausalSummary(trials, [.. prefixes.Select(source.Text.Stretch)], direct, total, spec.Layers).Rows();
        return new(parameters, effects, bases, cells);
    }

    /// <summary>
    /// What is measured: random prefixes first, then triggers; a prefix that several cells share once.
    /// </summary>
    internal static (List<Prefix> Prefixes, List<CausalTrial> Trials, int Donors) Trials(
        StudySource source, CausalCheckParameters parameters, int seed)
    {
        var text = source.Text;
        List<Prefix> prefixes = [
            .. Sampling.Draw(text.Prefixes, parameters.RandomPrefixes, Sampling.Seed(seed, "random prefixes"))
            .Select(text.At)];
        int donors = prefixes.Count;
        var numbers = prefixes.Select((prefix, number) => (prefix, number)).ToDictionary(p => p.prefix, p => p.number);
        var cells = StudyCell.Sample(source.Atlas, parameters.CellsPerLayer, parameters.Triggers, seed);
        List<CausalTrial> trials = [];
        foreach (var cell in cells)
            foreach (var trigger in cell.Triggers)
            {
                var prefix = text.Find(trigger.Sentence, trigger.Position);
                if (numbers.TryAdd(prefix, prefixes.Count)) prefixes.Add(prefix);
                trials.Add(new(cell, numbers[prefix], CausalPlace.Triggers));
            }
        // The poles of a gated cell are changed together everywhere: once a cell.
        foreach (var cell in cells.DistinctBy(cell => (cell.Id.Layer, cell.Id.Index)))
            for (int prefix = 0; prefix < donors; prefix++)
                trials.Add(new(cell, prefix, CausalPlace.Everywhere));
        return (prefixes, trials, donors);
    }
}
