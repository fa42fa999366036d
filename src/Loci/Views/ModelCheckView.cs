using Loci.Models;

namespace Loci.Views;

/// <summary>Whether a model would open: <c>loci model check</c>.</summary>
/// <param name="Model">Its name, as it was given.</param>
/// <param name="Opens">It would open.</param>
/// <param name="Family">The architecture family; null where the config is not read.</param>
/// <param name="Layers">Number of layers; null where the config is not read.</param>
/// <param name="Parameters">Numbers it has learned; null where the config is not read.</param>
/// <param name="WeightBytes">Bytes its weights take in memory; null without weights.</param>
/// <param name="BytesPerToken">Bytes every token adds to keys and values; null where the config is not read.</param>
/// <param name="Tokenizer">The kind of tokenizer; null where none is read.</param>
/// <param name="Problems">What keeps it from being opened.</param>
/// <param name="Unread">What is not read but does not keep it from being opened.</param>
public sealed record ModelCheckView(
    string Model, bool Opens, string? Family, int? Layers, long? Parameters, long? WeightBytes, long? BytesPerToken,
    string? Tokenizer, IReadOnlyList<string> Problems, IReadOnlyList<string> Unread)
{
    /// <summary>Describes a check.</summary>
    public static ModelCheckView Of(ModelCheck check, string name)
    {
        ArgumentNullException.ThrowIfNull(check);
        bool read = check.Spec is not null;
        return new(name, check.Problems.Count == 0, check.Spec?.Family, check.Spec?.Layers,
            read ? check.Parameters : null, check.WeightBytes, read ? check.BytesPerToken : null, check.Tokenizer,
            check.Problems, check.Unread);
    }
}
