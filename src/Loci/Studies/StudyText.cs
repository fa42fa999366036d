using Loci.Atlas;
using Loci.Atlas.Building;
using Loci.Models;
using Loci.Text;

namespace Loci.Studies;

/// <summary>
/// The sentences an atlas was built from, tokenised as it read them and held in memory: 4 bytes a token. What studies
/// draw their samples and backgrounds from, triggers or not.
/// </summary>
public sealed class StudyText
{
    /// <summary>Fewest sentences of a stretch in a text that is long enough.</summary>
    public const int LeastSentences = 20;

    /// <summary>Fewest stretches, in a text of as many sentences.</summary>
    public const int FewestStretches = 20;

    /// <summary>
    /// Most stretches: more would make intervals hardly narrower and leave less of what is alike in one.
    /// </summary>
    public const int MostStretches = 100;

    private readonly int[] _tokens;
    private readonly int[] _ends;
    private readonly long[] _ids;

    private StudyText(int[] tokens, int[] ends, long[] ids) => (_tokens, _ends, _ids) = (tokens, ends, ids);

    /// <summary>Sentences, each of at least one token.</summary>
    public int Count => _ends.Length;

    /// <summary>Prefixes of all sentences: one for every token.</summary>
    public int Prefixes => _tokens.Length;

    /// <summary>All tokens, sentence after sentence. [prefixes]</summary>
    public ReadOnlySpan<int> Tokens => _tokens;

    /// <summary>The tokens of a sentence, without a beginning-of-sequence token.</summary>
    public ReadOnlySpan<int> this[int sentence] => _tokens.AsSpan(Start(sentence).._ends[sentence]);

    /// <summary>The sentence's number in the corpus, as triggers name it.</summary>
    public long Id(int sentence) => _ids[sentence];

    /// <summary>Where a trigger points.</summary>
    /// <exception cref="LociException">The text does not hold it: it is not what the atlas was read from.</exception>
    public Prefix Find(long id, int position)
    {
        int sentence = Array.BinarySearch(_ids, id);
        if (sentence < 0 || (uint)position >= (uint)(_ends[sentence] - Start(sentence)))
            throw new LociException(
                $"The text has no token {position} in sentence {id}: it is not the text the atlas was built from.");
        return new(sentence, position);
    }

    /// <summary>The prefix at an index into <see cref="Tokens"/>.</summary>
    public Prefix At(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_tokens.Length, nameof(index));
        int sentence = Array.BinarySearch(_ends, index);
        sentence = sentence < 0 ? ~sentence : sentence + 1;
        return new(sentence, index - Start(sentence));
    }

    /// <summary>The index of a prefix's last token in <see cref="Tokens"/>.</summary>
    public int IndexOf(Prefix prefix) => Start(prefix.Sentence) + prefix.Position;

    /// <summary>The tokens of a prefix.</summary>
    public ReadOnlySpan<int> TokensOf(Prefix prefix) => this[prefix.Sentence][..(prefix.Position + 1)];

    /// <summary>
    /// Which stretch of the text a sentence stands in, from 0: what studies take for independent of the rest. The text
    /// is cut into stretches of as many sentences each, <see cref="LeastSentences"/> or more if it is long enough for
    /// <see cref="FewestStretches"/>
    /// of those, at most <see cref="MostStretches"/>, so that most of what neighbouring sentences share stays in one.
    /// </summary>
    public int Stretch(int sentence) => (int)((long)sentence * Stretches / Count);

    /// <summary>Which stretch a prefix stands in.</summary>
    public int Stretch(Prefix prefix) => Stretch(prefix.Sentence);

    /// <summary>How many stretches there are.</summary>
    public int Stretches => Math.Min(Count, Math.Clamp(Count / LeastSentences, FewestStretches, MostStretches));

    /// <summary>The token after a prefix; null for a whole sentence.</summary>
    public int? Next(Prefix prefix)
    {
        var sentence = this[prefix.Sentence];
        return prefix.Position + 1 < sentence.Length ? sentence[prefix.Position + 1] : null;
    }

    /// <summary>Reads a corpus as an atlas did.</summary>
    /// <param name="model">The model, for its tokenizer and context.</param>
    /// <param name="corpus">The same files in the same order.</param>
    /// <param name="manifest">The atlas's, which says what a sentence is and where reading stopped.</param>
    /// <param name="options">Threads do not matter here; progress and cancellation do.</param>
    /// <exception cref="LociException">The corpus is not the one the atlas was built from.</exception>
    public static StudyText Read(Model model, Corpus corpus, AtlasManifest manifest, StudyOptions options)
    {
        var reading = new AtlasOptions
        {
            Unit = Enum.Parse<SentenceUnit>(manifest.Unit, ignoreCase: true),
            MaxSentences = manifest.MaxSentences,
            Part = manifest.Part,
        };
        var feed = new SentenceFeed(model, corpus, reading);
        List<int> tokens = [], ends = [];
        List<long> ids = [];
        foreach (var sentence in feed.Read(0))
        {
            options.Cancellation.ThrowIfCancellationRequested();
            if (feed.Tokenize(sentence) is not { } read) continue;
            if (tokens.Count > Array.MaxLength - read.Tokens.Length)
                throw new LociException(
                    $"The text has more than {Array.MaxLength:N0} tokens, more than the studies hold in memory; "
                    + $"build the atlas with --max-sentences.");
            tokens.AddRange(read.Tokens);
            ends.Add(tokens.Count);
            ids.Add(read.Id);
            if (ids.Count % 1024 == 0) options.Progress?.Report(new("reading the text", ids.Count, manifest.Sentences));
        }
        if (tokens.Count != manifest.Prefixes)
            throw new LociException(
                $"This is not the text the atlas was built from: it has {tokens.Count:N0} prefixes, the atlas "
                + $"{manifest.Prefixes:N0}. Name the same files in the same order.");
        return new([.. tokens], [.. ends], [.. ids]);
    }

    /// <summary>Takes sentences of token ids as they are, numbered from 0.</summary>
    /// <exception cref="ArgumentException">A sentence is empty.</exception>
    public static StudyText Of(IEnumerable<int[]> sentences)
    {
        List<int> tokens = [], ends = [];
        foreach (int[] sentence in sentences)
        {
            if (sentence.Length == 0) throw new ArgumentException("A sentence has no token.", nameof(sentences));
            tokens.AddRange(sentence);
            ends.Add(tokens.Count);
        }
        long[] ids = new long[ends.Count];
        for (int i = 0; i < ids.Length; i++) ids[i] = i;
        return new([.. tokens], [.. ends], ids);
    }

    private int Start(int sentence) => sentence == 0 ? 0 : _ends[sentence - 1];
}
