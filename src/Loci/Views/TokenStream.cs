using System.Runtime.InteropServices;
using System.Text;
using Loci.Models;

namespace Loci.Views;

/// <summary>The text of tokens as they come, one after the other.</summary>
public sealed class TokenStream
{
    private readonly Loci.Tokenizers.Tokenizer _tokenizer;
    private readonly IReadOnlyList<int> _prompt;
    // keeps the bytes of a character until its last one comes
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly List<byte> _bytes = [];
    private char[] _text = new char[64];
    private bool _started;

    /// <summary>Begins after a prompt.</summary>
    /// <param name="model">Whose tokens they are.</param>
    /// <param name="prompt">The tokens before.</param>
    /// <param name="resumed">True where there is text before the prompt.</param>
    /// <exception cref="LociException">The model has no tokenizer.</exception>
    public TokenStream(Model model, IReadOnlyList<int> prompt, bool resumed)
    {
        (_tokenizer, _prompt) = (model.RequireTokenizer(), prompt);
        Start = _tokenizer.Decode([.. prompt]);
        _started = resumed || Start.Length > 0;
    }

    /// <summary>The text of the prompt.</summary>
    public string Start { get; }

    /// <summary>What one more token adds.</summary>
    public string Next(int token)
    {
        _bytes.Clear();
        _tokenizer.DecodeBytes(token, _bytes);
        // The space before the first word of a text belongs to the tokenizer, not to the text.
        if (!_started && _bytes is [(byte)' ', ..] && _tokenizer.Decode([.. _prompt, token]) is not [' ', ..])
            _bytes.RemoveAt(0);
        _started |= _bytes.Count > 0;
        var next = CollectionsMarshal.AsSpan(_bytes);
        if (_text.Length < next.Length + 1) _text = new char[2 * next.Length];
        return new(_text, 0, _decoder.GetChars(next, _text, flush: false));
    }

    /// <summary>What is left when no token follows: half a character, if anything.</summary>
    public string End() => new(_text, 0, _decoder.GetChars([], _text, flush: true));
}
