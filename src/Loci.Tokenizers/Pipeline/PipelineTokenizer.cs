using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using Loci.Tokenizers.Models;

namespace Loci.Tokenizers.Pipeline;

/// <summary>
/// The parts of a <c>tokenizer.json</c> at work: added tokens are cut out, the rest is normalised, added tokens that
/// are normalised themselves are cut out, and what is left is split and goes through the model.
/// </summary>
internal sealed class PipelineTokenizer : Tokenizer
{
    private readonly string?[] pieces; // [ids], null where an id is not used
    private readonly bool[] special; // [ids]
    private readonly byte[]?[] running; // [ids], bytes in running text, computed when first asked for
    private readonly PipelineParts parts;

    public PipelineTokenizer(PipelineParts parts)
    {
        this.parts = parts;
        int last = parts.Model.Vocabulary.Values.Concat(parts.AddedTokens.Select(token => token.Id)).DefaultIfEmpty(-1)
            .Max();
        pieces = new string?[last + 1];
        special = new bool[last + 1];
        running = new byte[]?[last + 1];
        foreach (var (token, id) in parts.Model.Vocabulary) pieces[id] = token;
        foreach (var token in parts.AddedTokens) (pieces[token.Id], special[token.Id]) = (token.Content, token.Special);
    }

    public override string Kind => parts.Model switch
    {
        BpeModel => "byte-pair encoding",
        UnigramModel => "unigram pieces",
        _ => "whole words",
    };

    public override int VocabularySize => pieces.Length;

    public override int? BeginOfSequence => parts.Marks.Begin;

    public override int? EndOfSequence => parts.Marks.End;

    public override int? Unknown => parts.Model.Unknown;

    public override bool AddsBeginOfSequence => parts.Marks.AddsBegin;

    public override void Encode(string text, List<int> ids)
    {
        if (text.Length == 0) return;
        text = WellFormed.Text(text);
        foreach (var stretch in parts.Plain.Split(text))
        {
            if (stretch.Id is { } id)
            {
                ids.Add(id);
                continue;
            }
            string normalized = text[stretch.Start..stretch.End];
            if (parts.Normalizer is not null) normalized = parts.Normalizer.Apply(normalized);
            if (normalized.Length > 0) EncodeNormalized(new(normalized.AsMemory(), stretch.Start == 0), ids);
        }
    }

    private void EncodeNormalized(Piece whole, List<int> ids)
    {
        var words = new List<Piece>();
        foreach (var stretch in parts.Normalized.Split(whole.Span))
        {
            if (stretch.Id is { } id)
            {
                ids.Add(id);
                continue;
            }
            words.Clear();
            parts.PreTokenizer.Split(whole.Slice(stretch.Start, stretch.End), words);
            foreach (var word in words) parts.Model.Encode(word.Span, ids);
        }
    }

    public override void DecodeBytes(int id, List<byte> bytes)
    {
        string piece = Piece(id);
        if (piece.Length == 0 || special[id]) return;
        bytes.AddRange(running[id] ??= parts.Decoder.Bytes(piece, first: false, out _));
    }

    public override string Decode(ReadOnlySpan<int> ids)
    {
        var bytes = new List<byte>(ids.Length * 4);
        var run = new List<byte>(); // of byte pieces in a row
        bool first = true;
        foreach (int id in ids)
        {
            string piece = Piece(id);
            if (piece.Length == 0 || special[id]) continue;
            byte[] token = parts.Decoder.Bytes(piece, first, out bool single);
            first = false;
            if (!single) Flush(run, bytes);
            (single ? run : bytes).AddRange(token);
        }
        Flush(run, bytes);
        var all = CollectionsMarshal.AsSpan(bytes);
        var (content, times) = parts.Decoder.Strip;
        for (int i = 0; i < times && all.StartsWith(content); i++) all = all[content.Length..];
        return Encoding.UTF8.GetString(all);
    }

    /// <summary>
    /// Appends the bytes of byte pieces; of a run that is not UTF-8 as a whole, every byte becomes U+FFFD.
    /// </summary>
    private static void Flush(List<byte> run, List<byte> bytes)
    {
        bool valid = Utf8.IsValid(CollectionsMarshal.AsSpan(run));
        foreach (byte value in run)
        {
            if (valid) bytes.Add(value);
            else bytes.AddRange("\uFFFD"u8);
        }
        run.Clear();
    }

    public override string Piece(int id)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(id);
        return id < pieces.Length ? pieces[id] ?? "" : "";
    }

    public override bool IsControl(int id) => (uint)id < (uint)special.Length && special[id];

    public override int? ControlToken(string text)
    {
        foreach (var token in parts.AddedTokens)
            if (token.Special && token.Content == text)
                return token.Id;
        return null;
    }
}
