using System.Text;
using Loci.Tokenizers;

namespace Loci.Fuzz.Targets;

/// <summary>tokenizer.json: an accepted one encodes any text to ids of its vocabulary, and decodes them.</summary>
internal static class TokenizerJsonTarget
{
    private const string Seed =
        """
        {"added_tokens":[{"id":9,"content":"<s>","single_word":false,"lstrip":true,"rstrip":false,"normalized":false,"special":true}],
         "normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Replace","pattern":{"Regex":" {2,}"},"content":" "},{"type":"Lowercase"}]},
         "pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"(?i:'s|'t)| ?\\p{L}++|[^\\s\\p{L}]{1,3}|\\s+(?!\\S)|\\s+"},
           "behavior":"Isolated","invert":false},{"type":"Digits","individual_digits":true},{"type":"Metaspace","replacement":"_","prepend_scheme":"always"}]},
         "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],
           "special_tokens":{"<s>":{"id":"<s>","ids":[9],"tokens":["<s>"]}}},
         "decoder":{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"_"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},
           {"type":"Strip","content":" ","start":1,"stop":0}]},
         "model":{"type":"BPE","unk_token":"?","fuse_unk":true,"byte_fallback":true,"vocab":{"?":0,"a":1,"b":2,"_":3,"ab":4,"_ab":5,"<0x0A>":6,"c":7,"abc":8},
           "merges":["a b",["_","ab"],"ab c"]}}
        """;

    public static Target Target { get; } = new("tokenizer-json", Encoding.UTF8.GetBytes(Seed), Read);

    private static void Read(byte[] input) => TokenizerUse.Try(TokenizerJson.Parse(input, "input"));
}

/// <summary>What every accepted tokenizer can do.</summary>
internal static class TokenizerUse
{
    private const string Text = "AB abc  <s> 'S x\n 12é😀 aaab_ \ud800";

    public static void Try(Tokenizer tokenizer)
    {
        var ids = new List<int>();
        tokenizer.Encode(Text, ids);
        foreach (int id in ids) Target.Require(id >= 0 && id < tokenizer.VocabularySize, "ids are in the vocabulary");
        tokenizer.Decode(ids.ToArray());
        foreach (int id in ids) tokenizer.Piece(id);
    }
}
