namespace Loci.Atlas.Agreement;

/// <summary>
/// The token ids of the sentences that triggers point at, packed: what the agreement needs of the text.
/// </summary>
internal sealed class TokenPool
{
    private readonly List<long> _ids = [];
    private readonly List<int> _ends = [];
    private readonly List<int> _tokens = [];

    /// <summary>Appends a sentence; ids ascend.</summary>
    public void Add(AtlasSentence sentence)
    {
        _ids.Add(sentence.Id);
        _tokens.AddRange(sentence.Tokens);
        _ends.Add(_tokens.Count);
    }

    /// <summary>
    /// The last token of a prefix, and the one after it, −1 for a whole sentence; false: there is no such prefix.
    /// </summary>
    public bool TryFind(long sentence, int position, out int last, out int next)
    {
        (last, next) = (-1, -1);
        int index = _ids.BinarySearch(sentence);
        if (index < 0) return false;
        int start = index == 0 ? 0 : _ends[index - 1];
        if (position < 0 || position >= _ends[index] - start) return false;
        last = _tokens[start + position];
        if (start + position + 1 < _ends[index]) next = _tokens[start + position + 1];
        return true;
    }
}
