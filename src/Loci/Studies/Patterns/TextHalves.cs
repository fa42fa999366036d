using Loci.Studies.Statistics;

namespace Loci.Studies.Patterns;

/// <summary>
/// A text in two halves: patterns are fitted on one and tested on the other. The tokens of a sentence decide its half,
/// so that a sentence that the corpus repeats is never in both.
/// </summary>
internal sealed class TextHalves
{
    private readonly StudyText _text;
    private readonly bool[] _tested;    // [sentences]

    public TextHalves(StudyText text, int seed)
    {
        _text = text;
        _tested = new bool[text.Count];
        for (int s = 0; s < _tested.Length; s++)
        {
            int hash = seed;
            foreach (int token in text[s]) hash = Sampling.Seed(hash, token);
            _tested[s] = hash < 0;
        }
    }

    /// <summary>Whether a sentence is in the half that tests.</summary>
    public bool Tests(int sentence) => _tested[sentence];

    /// <summary>The sentences of a half, in order.</summary>
    public IEnumerable<int> Sentences(bool tested)
    {
        for (int s = 0; s < _tested.Length; s++)
            if (_tested[s] == tested)
                yield return s;
    }

    /// <summary>Prefixes of a half.</summary>
    public long Count(bool tested) => Sentences(tested).Sum(s => (long)_text[s].Length);

    /// <summary>Prefixes of a half, each set equally likely, whatever cells make of them; in order.</summary>
    public Prefix[] Draw(bool tested, int count, int seed)
    {
        int[] drawn = Sampling.Draw((int)Count(tested), count, seed);
        var prefixes = new Prefix[drawn.Length];
        int before = 0, next = 0;
        foreach (int s in Sentences(tested))
        {
            int length = _text[s].Length;
            for (; next < drawn.Length && drawn[next] < before + length; next++)
                prefixes[next] = new(s, drawn[next] - before);
            before += length;
        }
        return prefixes;
    }
}
