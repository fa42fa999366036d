using System.Globalization;
using Loci.Memory.Recall;

namespace Loci;

/// <summary>
/// One memory of one feed-forward layer, written <c>L12/2601</c>, or <c>L12/2601-</c> for its negative pole.
/// </summary>
/// <param name="Layer">Layer, from 0.</param>
/// <param name="Index">Cell within the layer, from 0.</param>
/// <param name="Pole">The pole meant.</param>
public readonly record struct CellId(int Layer, int Index, Pole Pole = Pole.Positive)
{
    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"L{Layer}/{Index}{(Pole == Pole.Negative ? "-" : "")}");

    /// <summary>Reads <c>L12/2601</c> or <c>L12/2601-</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out CellId cell)
    {
        cell = default;
        if (text.Length < 4 || text[0] is not ('L' or 'l')) return false;
        var pole = text[^1] == '-' ? Pole.Negative : Pole.Positive;
        if (pole == Pole.Negative) text = text[..^1];
        int slash = text.IndexOf('/');
        if (slash < 2) return false;
        if (!int.TryParse(text[1..slash], NumberStyles.None, CultureInfo.InvariantCulture, out int layer)) return false;
        if (!int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int index))
            return false;
        cell = new(layer, index, pole);
        return true;
    }
}
