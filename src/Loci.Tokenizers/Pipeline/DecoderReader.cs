using System.Text;

namespace Loci.Tokenizers.Pipeline;

/// <summary>
/// Reads the <c>decoder</c> of a <c>tokenizer.json</c>. Its parts first work on single tokens, then (behind
/// <c>ByteLevel</c> or <c>Fuse</c>) on the whole text; orders in which that cannot be done token by token are refused.
/// </summary>
internal sealed class DecoderReader
{
    private readonly TokenDecoder decoder = new();
    private bool fused;

    public static TokenDecoder Read(JsonField field)
    {
        var reader = new DecoderReader();
        if (field.IsNull) reader.decoder.Spaced = true;
        else reader.Part(field);
        return reader.decoder;
    }

    private void Part(JsonField field)
    {
        string type = field["type"].String();
        bool text = !fused && !decoder.ByteFallback;
        switch (type)
        {
            case "Sequence":
                foreach (var part in field["decoders"].Items()) Part(part);
                break;
            case "ByteLevel" when text:
                decoder.ByteLevel = fused = true;
                break;
            case "Fuse":
                fused = true;
                break;
            case "ByteFallback" when text:
                decoder.ByteFallback = true;
                break;
            case "Metaspace" when text:
                Metaspace(field);
                break;
            case "Replace" when text:
                var pattern = TextPattern.Read(field["pattern"]);
                string content = field["content"].String();
                decoder.Rewrites.Add((token, _) => pattern.Replace(token, content));
                break;
            case "Strip" when (text || fused) && field["stop"].Int() == 0:
                Strip(field);
                break;
            default:
                throw field.Refuse(type is "ByteLevel" or "ByteFallback" or "Metaspace" or "Replace" or "Strip"
                    ? $"the decoder «{type}» at this place or with these options"
                    : $"the decoder «{type}»");
        }
    }

    private void Metaspace(JsonField field)
    {
        string replacement = field["replacement"].Character("▁");
        bool drops = PreTokenizerReader.Prefix(field) != MetaspacePrefix.Never;
        // Of the first token every one is dropped, not the leading one alone: so the original does it.
        decoder.Rewrites.Add(
            (token, first) => token.Replace(replacement, first && drops ? "" : " ", StringComparison.Ordinal));
    }

    private void Strip(JsonField field)
    {
        string content = field["content"].Character();
        int times = field["start"].Int();
        if (times < 0) throw field.Invalid($"start is {times}");
        if (!fused) decoder.Rewrites.Add((token, _) => StripStart(token, content, times));
        else if (decoder.Strip.Times == 0) decoder.Strip = (Encoding.UTF8.GetBytes(content), times);
        else throw field.Refuse("a second Strip of the whole text");
    }

    private static string StripStart(string token, string content, int times)
    {
        int at = 0;
        for (int i = 0; i < times && string.CompareOrdinal(token, at, content, 0, content.Length) == 0; i++)
            at += content.Length;
        return token[at..];
    }
}
