using System.Text.Json.Serialization;
using Loci.Studies;

namespace Loci.Views;

/// <summary>Texts that a workbench keeps the fast-weight state of.</summary>
/// <param name="States">Oldest first.</param>
public sealed record TextStatesView(IReadOnlyList<TextStateNameView> States);

/// <summary>A text that is kept.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Parent">The text it was forked from; left out where it was not.</param>
/// <param name="Length">Its tokens.</param>
/// <param name="Start">How it begins.</param>
public sealed record TextStateNameView(
    int Id, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Parent, int Length,
    string Start);

/// <summary>The fast-weight state of a text, and what became of every token's writes.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Parent">The text it was forked from; left out where it was not.</param>
/// <param name="Tokens">The text.</param>
/// <param name="Erased">Writes that were erased.</param>
/// <param name="Bytes">Size of the memory, however long the text.</param>
/// <param name="Heads">Every head.</param>
public sealed record TextStateView(
    int Id, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Parent,
    IReadOnlyList<TokenView> Tokens, IReadOnlyList<ErasureView> Erased, long Bytes, IReadOnlyList<HeadView> Heads)
{
    internal static TextStateView Of(int id, int? parent, KeptText text)
    {
        var (heads, fates) = (MemoryContents.Of(text.Saved()), text.Fates());
        return new(
            id, parent, [.. text.Tokens.Select(token => TokenView.Of(text.Model, token))],
            [.. text.Erased.Select(each => new ErasureView(each.Position, each.Layer, each.Head))], text.Bytes,
            [.. heads.Select((head, at) => HeadView.Of(head, fates[at]))]);
    }
}

/// <summary>A write that was erased.</summary>
/// <param name="Position">The token, from 0.</param>
/// <param name="Layer">The layer; null: all.</param>
/// <param name="Head">The head; null: all.</param>
public sealed record ErasureView(int Position, int? Layer, int? Head);

/// <summary>How far two texts' states lie apart.</summary>
/// <param name="A">The one.</param>
/// <param name="B">The other.</param>
/// <param name="Heads">By head.</param>
public sealed record StateDifferenceView(int A, int B, IReadOnlyList<HeadDifferenceView> Heads);

/// <summary>How far the memories of one head lie apart.</summary>
/// <param name="Layer">The layer, from 0.</param>
/// <param name="Head">The head, from 0.</param>
/// <param name="Distance">‖A − B‖ / (‖A‖ + ‖B‖): 0 the same, 1 opposite.</param>
/// <param name="Cosine">Between the two.</param>
public sealed record HeadDifferenceView(int Layer, int Head, double Distance, double Cosine);

/// <summary>What a model says after a kept text and a question.</summary>
/// <param name="Id">The text.</param>
/// <param name="Prompt">The question.</param>
/// <param name="Top">The likeliest next tokens, best first.</param>
/// <param name="Text">What it goes on with, always the likeliest.</param>
public sealed record StateAnswerView(int Id, string Prompt, IReadOnlyList<LikelyTokenView> Top, string Text);
