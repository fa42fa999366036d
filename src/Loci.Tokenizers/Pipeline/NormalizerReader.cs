using Loci.Tokenizers.Unicode;

namespace Loci.Tokenizers.Pipeline;

/// <summary>Reads the <c>normalizer</c> of a <c>tokenizer.json</c>.</summary>
internal static class NormalizerReader
{
    public static Normalizer? Read(JsonField field)
    {
        if (field.IsNull) return null;
        string type = field["type"].String();
        switch (type)
        {
            case "Sequence":
                return new NormalizerSequence([.. field["normalizers"].Items().Select(Read).OfType<Normalizer>()]);
            case "Prepend": return new PrependNormalizer(field["prepend"].String());
            case "Replace":
                return new ReplaceNormalizer(TextPattern.Read(field["pattern"]), field["content"].String());
            case "NFC": return new UnicodeNormalizer(compatibility: false, compose: true);
            case "NFD": return new UnicodeNormalizer(compatibility: false, compose: false);
            case "NFKC": return new UnicodeNormalizer(compatibility: true, compose: true);
            case "NFKD": return new UnicodeNormalizer(compatibility: true, compose: false);
            case "Lowercase": return new LowercaseNormalizer();
            case "Strip":
                // At the right, the original counts bytes where it means characters, and versions of it differ.
                if (field["strip_right"].Bool(true)) throw field.Refuse("the normalizer Strip with strip_right");
                return field["strip_left"].Bool(true) ? new StripStartNormalizer() : null;
            default: throw field.Refuse($"the normalizer «{type}»");
        }
    }
}
