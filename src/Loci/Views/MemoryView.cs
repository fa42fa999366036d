using System.Text.Json.Serialization;
using Loci.Models.Generation;
using Loci.Studies;

namespace Loci.Views;

/// <summary>What a state holds: <c>loci memory</c>.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="ModelSha256">Its identity.</param>
/// <param name="Tokens">Tokens read.</param>
/// <param name="Bytes">Size of the memory.</param>
/// <param name="First">Position of the first token looked at; left out without a text.</param>
/// <param name="Text">Ids of the tokens looked at; left out without a text.</param>
/// <param name="Heads">Every head of every fast-weight layer.</param>
public sealed record MemoryView(
    string Model, string ModelSha256, int Tokens, long Bytes,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? First,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<int>? Text,
    IReadOnlyList<HeadView> Heads)
{
    /// <summary>A state alone, or with what became of the writes of the text it has read.</summary>
    /// <param name="state">The state.</param>
    /// <param name="heads">Its heads.</param>
    /// <param name="first">Position of the first token looked at.</param>
    /// <param name="text">The tokens looked at.</param>
    /// <param name="writes">Their writes, by head; null without a text.</param>
    public static MemoryView Of(
        SavedState state, IReadOnlyList<HeadContents> heads, int first = 0, IReadOnlyList<int>? text = null,
        IReadOnlyList<HeadWrites>? writes = null) => new(
        state.ModelName, state.ModelIdentity, state.Memory.Length, state.Memory.Bytes, writes is null ? null : first,
        text,
        [.. heads.Select((head, at) => HeadView.Of(head, writes?[at]))]);
}

/// <summary>The memory of one head.</summary>
/// <param name="Layer">The layer, from 0.</param>
/// <param name="Head">The head, from 0.</param>
/// <param name="DDot">d_dot, the number of keys that can be orthogonal to each other.</param>
/// <param name="EffectiveRank">How many directions are in use.</param>
/// <param name="Most">The most directions that can be: the lesser of d_dot and value size.</param>
/// <param name="Norm">Frobenius norm of the memory.</param>
/// <param name="Largest">Its largest singular value.</param>
/// <param name="KeyDirections">
/// How many directions the keys of the tokens looked at take up; left out without a text.
/// </param>
/// <param name="Tokens">What became of their writes, by token; left out without a text.</param>
public sealed record HeadView(
    int Layer, int Head, int DDot, double EffectiveRank, int Most, double Norm, double Largest,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? KeyDirections,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<WriteView>? Tokens)
{
    internal static HeadView Of(HeadContents head, HeadWrites? writes) => new(
        head.Layer, head.Head, head.Capacity.Total, head.Capacity.Used, head.Most, head.Norm, head.Largest,
        writes?.KeyDirections, writes is null ? null : [.. writes.Tokens.Select(WriteView.Of)]);
}

/// <summary>What became of one write.</summary>
/// <param name="Error">‖read now − value‖ / ‖value‖; left out where the value is 0.</param>
/// <param name="Cosine">Between what the key reads now and the value written under it.</param>
/// <param name="Written">
/// Between what the key read right after the write and the value: how well it was written at all.
/// </param>
/// <param name="Kept">Between what the key reads now and what it read right after the write.</param>
/// <param name="Retrievable"><c>kept</c> is at least 0.9, however many tokens are looked at.</param>
/// <param name="ReplacedBy">
/// Position of the later token, with a key like this one's, whose write has taken its place; null where none has.
/// </param>
public sealed record WriteView(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Error, double Cosine,
    double Written, double Kept,
    bool Retrievable, int? ReplacedBy)
{
    internal static WriteView Of(WriteFate fate) => new(
        double.IsFinite(fate.Error) ? fate.Error : null, fate.Cosine, fate.Written, fate.Kept, fate.IsRetrievable,
        fate.ReplacedBy);
}
