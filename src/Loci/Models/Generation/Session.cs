namespace Loci.Models.Generation;

/// <summary>
/// One text and a model: reads tokens, tells what comes next, goes on with them. What it knows of the text is its
/// <see cref="Memory"/> and nothing else. Any number of sessions share a <see cref="Transformer"/>, each on a thread of
/// its own, and none sees another's text. In whatever steps a text is read, the bits are the same.
/// </summary>
public sealed class Session
{
    private const int Piece = 512; // tokens of one forward pass: bounds the memory a long text takes

    private readonly Workspace _workspace;
    private readonly Batch _batch = new();
    private readonly Compute _compute;
    private readonly float[] _last; // the stream after the last token read [width]
    private readonly float[] _logits; // [vocabulary]
    private readonly int[] _one = new int[1];
    private Tap _watched = FiniteValues.Guard; // the tap, then the look for numbers that are none

    /// <summary>Begins an empty text.</summary>
    /// <param name="transformer">The model.</param>
    /// <param name="compute">Threads to use, and what ends a call early; the session is of no use then.</param>
    public Session(Transformer transformer, Compute compute = default)
        : this(transformer, compute, new ContextMemory(transformer.Spec))
    {
    }

    private Session(Transformer transformer, Compute compute, ContextMemory memory)
    {
        (Transformer, _compute, Memory) = (transformer, compute, memory);
        _workspace = new Workspace(transformer.Spec);
        _last = new float[transformer.Spec.Width];
        _logits = new float[transformer.Spec.Vocabulary];
    }

    /// <summary>The model.</summary>
    public Transformer Transformer { get; }

    /// <summary>What is kept of the text.</summary>
    public ContextMemory Memory { get; }

    /// <summary>
    /// Called at every tap point of what is read from now on, the logits included; may change what it
    /// is shown. Forks share it.
    /// </summary>
    public Tap? Tap
    {
        get;
        set
        {
            field = value;
            _watched = value is null ? FiniteValues.Guard : value + FiniteValues.Guard;
        }
    }

    /// <summary>Points inside the memories of the context that <see cref="Tap"/> is called at, too.</summary>
    public AttentionTaps Inside { get; set; }

    /// <summary>Tokens of the text, those just made included.</summary>
    public int Length => Memory.Length + (Unread is null ? 0 : 1);

    /// <summary>A token that was made but not yet read.</summary>
    internal int? Unread { get; private set; }

    /// <summary>The stream after the last token read. [width]</summary>
    internal ReadOnlySpan<float> Last => _last;

    /// <summary>Reads on.</summary>
    /// <exception cref="LociException">
    /// A token is outside the vocabulary, or there are more than the context takes; nothing is read then. Or the model
    /// computes NaN or infinity; the session is of no use then.
    /// </exception>
    public void Read(ReadOnlySpan<int> tokens)
    {
        if (tokens.IsEmpty) return;
        if (Transformer.MostTokens is { } most && Length + (long)tokens.Length > most)
            throw new LociException(
                $"The text has {Length} tokens and {tokens.Length} more are to be read: more than the model's "
                    + $"context of {most}.");
        foreach (int token in tokens) Transformer.CheckToken(token);
        Settle();
        for (int at = 0; at < tokens.Length; at += Piece)
            Forward(tokens.Slice(at, Math.Min(Piece, tokens.Length - at)));
    }

    /// <summary>The scores of the next token. [vocabulary]; valid until the next call.</summary>
    /// <exception cref="LociException">Nothing has been read.</exception>
    public ReadOnlySpan<float> Logits()
    {
        Settle();
        if (Memory.Length == 0)
            throw new LociException(
                "There is nothing to continue: the prompt is empty and the model has no beginning-of-sequence token.");
        Transformer.Logits(_last, _logits, _compute);
        Tap?.Invoke(TapPoint.Logits, 0, _logits, _batch);
        return _logits;
    }

    /// <summary>
    /// Yields tokens, each part of the text from then on, until <paramref name="maxTokens"/> are out, the
    /// context is full, or an end token comes (which is neither yielded nor part of the text). May be stopped
    /// and called again at any time.
    /// </summary>
    /// <param name="sampler">How a token is chosen.</param>
    /// <param name="maxTokens">Most tokens to yield.</param>
    /// <param name="endTokens">Tokens that end the text.</param>
    public IEnumerable<int> Generate(Sampler sampler, int maxTokens, IReadOnlyCollection<int> endTokens)
    {
        for (int made = 0; made < maxTokens; made++)
        {
            if (Unread is not null && Memory.Length >= Transformer.MostTokens) yield break;
            int token = sampler.Choose(Logits());
            if (endTokens.Contains(token)) yield break;
            Unread = token;
            yield return token;
        }
    }

    /// <summary>An independent session at the same place of the same text.</summary>
    public Session Fork()
    {
        var fork = new Session(Transformer, _compute, Memory.Clone()) { Unread = Unread, Tap = Tap, Inside = Inside };
        _last.CopyTo(fork._last, 0);
        return fork;
    }

    /// <summary>A session that goes on where a saved one stood.</summary>
    internal static Session Resume(
        Transformer transformer, Compute compute, ContextMemory memory, int? unread, ReadOnlySpan<float> last)
    {
        var session = new Session(transformer, compute, memory) { Unread = unread };
        last.CopyTo(session._last);
        return session;
    }

    private void Settle()
    {
        if (Unread is not { } token) return;
        _one[0] = token;
        Forward(_one);
        Unread = null;
    }

    private void Forward(ReadOnlySpan<int> tokens)
    {
        _batch.Clear();
        _batch.Add(tokens, Memory.Length);
        Transformer.Forward(_batch, _workspace, _watched, Memory, _compute, Inside);
        int width = Transformer.Spec.Width;
        _workspace.Stream(tokens.Length)[^width..].CopyTo(_last);
    }
}
