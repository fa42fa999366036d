namespace Loci.Tokenizers.Pipeline;

/// <summary>
/// What stands at the ends of a sequence. The post-processor of a <c>tokenizer.json</c> says what it puts there;
/// the files beside it, where they are present, name the tokens, and <c>add_bos_token</c> decides.
/// </summary>
internal sealed record SequenceMarks(int? Begin, int? End, bool AddsBegin)
{
    /// <param name="processor">The <c>post_processor</c>.</param>
    /// <param name="settings">What the files beside the tokenizer say.</param>
    /// <param name="find">The id of a token, or null.</param>
    public static SequenceMarks Read(JsonField processor, TokenSettings settings, Func<string, int?> find)
    {
        var marks = Processor(processor, find) ?? new(null, null, false);
        if (!settings.Stated) return marks;
        int? begin = settings["bos_token"] is { } bos ? find(bos) : marks.Begin;
        int? end = settings["eos_token"] is { } eos ? find(eos) : marks.End;
        return new(begin, end, (settings.AddsBegin ?? marks.AddsBegin) && begin is not null);
    }

    private static SequenceMarks? Processor(JsonField field, Func<string, int?> find)
    {
        if (field.IsNull) return null;
        string type = field["type"].String();
        switch (type)
        {
            case "ByteLevel":
                return null;
            case "Sequence":
                SequenceMarks? marks = null;
                foreach (var part in field["processors"].Items())
                {
                    if (Processor(part, find) is not { } found) continue;
                    if (marks is not null) throw field.Refuse("more than one post-processor that adds tokens");
                    marks = found;
                }
                return marks;
            case "BertProcessing" or "RobertaProcessing":
                return new(Pair(field["cls"], find), Pair(field["sep"], find), true);
            case "TemplateProcessing":
                return Template(field, find);
            default:
                throw field.Refuse($"the post-processor «{type}»");
        }
    }

    private static SequenceMarks Template(JsonField field, Func<string, int?> find)
    {
        int? begin = null, end = null;
        bool text = false;
        foreach (var part in field["single"].Items())
        {
            if (!part["Sequence"].IsNull)
            {
                if (text || part["Sequence"]["id"].String() != "A")
                    throw part.Refuse("a template of anything but one text");
                text = true;
                continue;
            }
            string name = part["SpecialToken"]["id"].String();
            if ((text ? end : begin) is not null)
                throw part.Refuse("a template with two tokens on one side of the text");
            var ids = field["special_tokens"][name]["ids"].Items().ToList();
            if (ids.Count != 1) throw part.Refuse("a special token of several ids");
            int id = Known(ids[0], find, name);
            if (text) end = id;
            else begin = id;
        }
        return new(begin, end, begin is not null);
    }

    private static int Pair(JsonField field, Func<string, int?> find)
    {
        var parts = field.Items().ToList();
        if (parts.Count != 2) throw field.Invalid("a token and its id are expected");
        return Known(parts[1], find, parts[0].String());
    }

    private static int Known(JsonField id, Func<string, int?> find, string name) =>
        find(name) == id.Int()
            ? id.Int()
            : throw id.Invalid(
                $"«{name}» has the id {id.Int()} here and {find(name)?.ToString() ?? "none"} in the vocabulary");
}
