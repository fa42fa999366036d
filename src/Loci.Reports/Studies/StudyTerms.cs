namespace Loci.Reports.Studies;

/// <summary>The words of a report, each with what it means.</summary>
public static class StudyTerms
{
    /// <summary>All of them, from the memory to the statistics.</summary>
    public static IReadOnlyList<NamedText> All { get; } =
    [
        new("cell",
            "one memory of a feed-forward layer: a row of its keys with the row of its values. Written L2/84: layer "
            + "2, cell 84"),
        new("key, value",
            "the key detects a pattern of text; the value, times the coefficient, is added to the model's stream"),
        new("coefficient, m", "how strongly a prefix fires a cell: m = f(x·k), in gated layers times the gate"),
        new("pole",
            "in gated layers m has either sign; at the negative pole, written L2/84-, the value acts as −v, and the "
            + "two poles are counted apart"),
        new("prefix", "the text from a sentence's beginning to one of its tokens, the last"),
        new("trigger", "one of the prefixes with the largest |m| of a cell and pole"),
        new("readout",
            "what a vector says about the next token, by the output embedding. «Folded» takes the final norm's gain "
            + "along, which is what counts towards the logits; «raw» does not"),
        new("agreement", "the token that the value promotes most is the one that came after the strongest trigger"),
        new("agreeing trigger",
            "a trigger followed by the token that the value promotes most; looked for among the first 50"),
        new("copying", "the token that the value promotes most is the last token of the strongest trigger itself"),
        new("precision@50",
            "of a cell's first 50 triggers, those with a next token, the share that the value's token follows"),
        new("max(p), z-score",
            "how sure a value is: its largest probability, and how many standard deviations its largest logit lies "
            + "above the mean logit"),
        new("pattern",
            "what triggers share: phrases (last tokens: n-grams, gaps, classes of tokens) or a topic (words of the "
            + "sentence)"),
        new("label",
            "phrases, topic, both, last token only or none: what explains a cell's coefficient beyond the last token, "
            + "on prefixes it was not found in"),
        new("held out", "of the half of the text that patterns were not found in"),
        new("percentile",
            "the share of all prefixes that fire the cell less; from a histogram whose bins are powers of two"),
        new("active", "a cell with m ≠ 0, or among the fewest that carry 99 % or 90 % of what the layer writes"),
        new("zero agreement", "the layer's own first token is that of none of its active memories"),
        new("residual", "the stream after attention, before the feed-forward layer adds to it"),
        new("matched cell", "another cell of the layer that writes about as much at the same prefix"),
        new("direct, total effect",
            "what taking a cell out does to the answer with the rest of the pass held as it was; and with the model "
            + "run again"),
        new("nat", "the unit of logits and of the loss: a factor e of odds or of probability"),
        new("paired at random",
            "the keys and the values of a layer, or other pairs, put together in a random order: what agreement "
            + "chance gives"),
        new("random weights", "the model with the entries of every matrix permuted; scales that training found stay"),
        new("shuffled text", "the same tokens in random order over all sentences"),
        new("lift", "what is left of a difference when what chance gives to either side is taken off"),
        new("p, q",
            "how rarely chance alone gives so much; q is p adjusted for asking about many cells (Benjamini and "
            + "Hochberg)"),
        new("interval",
            "where the number lies with 95 % confidence; two intervals that do not overlap are called different "
            + "here, all else is not established"),
        new("%, pp", "per cent of a whole; percentage points between two per cents: 30 % after 20 % is 10 pp more"),
        new("lower, upper half", "of the layers; of an odd number the middle one counts as lower"),
    ];
}
