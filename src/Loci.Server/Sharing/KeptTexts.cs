using Loci.Studies;

namespace Loci.Server.Sharing;

/// <summary>The texts whose fast-weight states are looked into: in memory alone, the oldest forgotten first.</summary>
internal sealed class KeptTexts
{
    /// <summary>Most texts at a time.</summary>
    public const int Most = 24;

    /// <summary>Most tokens of one: each is looked at after every later one.</summary>
    public const int MostTokens = 768;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<int, (int? Parent, KeptText Text)> _texts = [];
    private int _next = 1;

    /// <summary>All of them, oldest first.</summary>
    public IReadOnlyList<(int Id, int? Parent, KeptText Text)> All
    {
        get
        {
            lock (_gate) return [.. _texts.Select(each => (each.Key, each.Value.Parent, each.Value.Text))];
        }
    }

    /// <summary>A text.</summary>
    /// <exception cref="NotThereException">It is not kept, or not any more.</exception>
    public (int? Parent, KeptText Text) this[int id]
    {
        get
        {
            lock (_gate)
                return _texts.TryGetValue(id, out var found) ? found : throw new NotThereException(
                    $"There is no state {id}: it was closed, or forgotten for one of {Most} newer ones.");
        }
    }

    /// <summary>Keeps a text under a new number.</summary>
    public int Add(KeptText text, int? parent)
    {
        lock (_gate)
        {
            while (_texts.Count >= Most) _texts.Remove(_texts.Keys.First());
            _texts.Add(_next, (parent, text));
            return _next++;
        }
    }

    /// <summary>Puts a changed text in the place of an old one: readers of the old one go on undisturbed.</summary>
    public void Replace(int id, KeptText text)
    {
        lock (_gate)
            if (_texts.TryGetValue(id, out var old)) _texts[id] = (old.Parent, text);
    }

    /// <summary>Forgets a text.</summary>
    public void Remove(int id)
    {
        lock (_gate) _texts.Remove(id);
    }

    /// <summary>A text that reads on, as a new one.</summary>
    public static KeptText On(KeptText text, IReadOnlyList<int> tokens, Compute compute)
    {
        if (text.Tokens.Count + tokens.Count > MostTokens)
            throw new NameException(
                $"The text would have {text.Tokens.Count + tokens.Count} tokens; a state is looked into up to "
                    + $"{MostTokens}.");
        var on = text.Fork();
        on.Read(tokens, compute.Cancellation);
        return on;
    }
}
