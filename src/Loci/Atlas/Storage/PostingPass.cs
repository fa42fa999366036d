using Loci.Memory.Recall;

namespace Loci.Atlas.Storage;

/// <summary>
/// Turns the cells' lists over: from tokens and from sentences to cells. It meets every cell once while they are
/// written; then it reads their lists back as often as the postings it may hold at a time ask for.
/// </summary>
internal sealed class PostingPass(AtlasModel spec)
{
    /// <summary>Postings held at a time, of some eight bytes each.</summary>
    public const long Most = 1 << 25;

    private readonly float[] _norms = new float[spec.Cells];
    private readonly int[] _byToken = new int[spec.Vocabulary]; // postings of each token
    private readonly HashSet<long> _sentences = [];
    private long _cells, _triggers;

    /// <summary>Meets a cell; they come by layer, then index.</summary>
    public void Add(AtlasCell cell)
    {
        _norms[_cells++] = cell.Value.Norm;
        foreach (var readout in Enum.GetValues<Readout>())
            foreach (var pole in Enum.GetValues<Pole>())
                foreach (var token in Promoted(cell.Value.At(readout), pole)) _byToken[token.Id]++;
        foreach (var pole in spec.Poles)
            foreach (var trigger in cell.Triggers(pole))
            {
                _triggers++;
                _sentences.Add(trigger.Sentence);
            }
    }

    /// <summary>
    /// The tokens an end of a readout promotes, best first. A sparse value leaves most tokens as they are, and a strong
    /// bias may leave none above 0.
    /// </summary>
    public static IEnumerable<ScoredToken> Promoted(ValueReadout readout, Pole pole) =>
        readout.At(pole).Tokens.TakeWhile(token => pole == Pole.Positive ? token.Logit > 0 : token.Logit < 0);

    /// <summary>|logit|/‖v‖.</summary>
    public static float Strength(ScoredToken token, float norm) => norm == 0 ? 0 : MathF.Abs(token.Logit) / norm;

    /// <summary>The sentences that triggers lie in, ascending.</summary>
    public long[] Sentences()
    {
        var ids = _sentences.ToArray();
        Array.Sort(ids);
        return ids;
    }

    /// <summary>For every token, in order, the cells that promote or suppress it.</summary>
    public IEnumerable<(int Token, PostingList List)> ByToken(CellReader cells)
    {
        for (int first = 0; first < _byToken.Length;)
        {
            int end = first;
            for (long held = 0; end < _byToken.Length
                && (end == first || held + _byToken[end] <= Most); end++) held += _byToken[end];
            var lists = NewLists(end - first);
            foreach (var (cell, raw, folded) in cells.AllReadouts())
                foreach (var pole in Enum.GetValues<Pole>())
                    foreach (var (readout, value) in ((Readout, ValueReadout)[])[(Readout.Raw, raw),
                        (Readout.Folded, folded)])
                    {
                        int rank = 1;
                        foreach (var token in Promoted(value, pole))
                        {
                            if (token.Id >= first && token.Id < end)
                                lists[token.Id - first].Add(new ValuePosting(cell, pole, readout, rank,
                                    Strength(token, _norms[cell])));
                            rank++;
                        }
                    }
            for (int token = first; token < end; token++) yield return (token, lists[token - first]);
            first = end;
        }
    }

    /// <summary>For every sentence asked for, in order, the triggers that lie in it.</summary>
    public IEnumerable<(long Sentence, PostingList List)> BySentence(CellReader cells, long[] ids)
    {
        int passes = (int)((_triggers + Most - 1) / Most);
        for (int pass = 0; pass < passes; pass++)
        {
            int first = (int)((long)ids.Length * pass / passes), end = (int)((long)ids.Length * (pass + 1) / passes);
            if (first == end) continue;
            var lists = NewLists(end - first);
            foreach (var (cell, pole, triggers) in cells.AllTriggers())
                for (int i = 0; i < triggers.Length; i++)
                {
                    var at = triggers[i];
                    if (at.Sentence < ids[first] || at.Sentence > ids[end - 1]) continue;
                    lists[Array.BinarySearch(ids, first, end - first, at.Sentence) - first].Add(
                        new TriggerPosting(cell, pole, i + 1, at.Position, MathF.Abs(at.Coefficient) * _norms[cell]));
                }
            for (int i = first; i < end; i++) yield return (ids[i], lists[i - first]);
        }
    }

    private static PostingList[] NewLists(int count)
    {
        var lists = new PostingList[count];
        for (int i = 0; i < count; i++) lists[i] = new();
        return lists;
    }
}
