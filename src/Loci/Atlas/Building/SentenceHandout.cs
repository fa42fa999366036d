using Loci.Text;

namespace Loci.Atlas.Building;

/// <summary>Gives sentences to workers in corpus order, about a batch at a time; one at a time takes.</summary>
internal sealed class SentenceHandout : IDisposable
{
    private readonly Lock _gate = new();
    private readonly IEnumerator<Sentence> _sentences;
    private double _tokensPerCharacter = 0.3;
    private bool _pending; // the enumerator stands on a sentence that nobody has yet

    public SentenceHandout(SentenceFeed feed, long next)
    {
        _sentences = feed.Read(next).GetEnumerator();
        Next = next;
        Advance(); // where all were observed before, this reads to the end, and so counts what the corpus holds
    }

    /// <summary>The first sentence that nobody has taken.</summary>
    public long Next { get; private set; }

    /// <summary>True when all have been taken.</summary>
    public bool AtEnd { get; private set; }

    /// <summary>Takes sentences of about so many tokens, at least one.</summary>
    public bool Take(int tokens, List<Sentence> taken)
    {
        taken.Clear();
        lock (_gate)
        {
            double expected = 0;
            while (_pending && (taken.Count == 0 || expected < tokens))
            {
                taken.Add(_sentences.Current);
                expected += 1 + _sentences.Current.Text.Length * _tokensPerCharacter;
                Advance();
            }
        }
        return taken.Count > 0;
    }

    /// <summary>Tells how many tokens a text had, for better batches.</summary>
    public void Learn(long characters, int tokens)
    {
        if (characters < 100) return;
        lock (_gate) _tokensPerCharacter = 0.9 * _tokensPerCharacter + 0.1 * tokens / characters;
    }

    public void Dispose() => _sentences.Dispose();

    private void Advance()
    {
        _pending = _sentences.MoveNext();
        AtEnd = !_pending;
        if (_pending) Next = _sentences.Current.Index;
        else Next = long.MaxValue;
    }
}
