using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Loci.Tokenizers;

namespace Loci.Tests.Text.Tokenizers;

/// <summary>Damaged files give a typed error or a working tokenizer, never anything else.</summary>
public class HostileTokenizerTests
{
    private const string Valid = """
        {"added_tokens":[{"id":9,"content":"<s>","single_word":false,"lstrip":true,"rstrip":false,"normalized":false,"special":true},
          {"id":10,"content":"<x>","single_word":true,"lstrip":false,"rstrip":true,"normalized":true,"special":false}],
         "normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Replace","pattern":{"Regex":" {2,}"},"content":" "},{"type":"Lowercase"}]},
         "pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"(?i:'s|'t)| ?\\p{L}++|[^\\s\\p{L}]{1,3}|\\s+(?!\\S)|\\s+"},
           "behavior":"Isolated","invert":false},{"type":"Digits","individual_digits":true},{"type":"Metaspace","replacement":"_","prepend_scheme":"always"}]},
         "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],
           "special_tokens":{"<s>":{"id":"<s>","ids":[9],"tokens":["<s>"]}}},
         "decoder":{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"_"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]},
         "model":{"type":"BPE","dropout":null,"unk_token":"?","fuse_unk":true,"byte_fallback":true,"vocab":{"?":0,"a":1,"b":2,"_":3,"ab":4,"_ab":5,"<0x0A>":6,"c":7,"abc":8},
           "merges":["a b",["_","ab"],"ab c"]}}
        """;

    private const string Text = "AB abc  <s> 'S x\n<x> 12é😀 aaab_";

    [Fact]
    public void The_seed_itself_is_fine()
    {
        var tokenizer = Parse(Encoding.UTF8.GetBytes(Valid));
        Assert.Equal(9, tokenizer.BeginOfSequence);
        Assert.True(tokenizer.AddsBeginOfSequence);
        Assert.Equal(11, tokenizer.VocabularySize);
        Assert.Equal([5, 5, 7], tokenizer.Encode("AB abc"));
    }

    [Fact]
    public void Edited_bytes() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 100_000], Gen.Byte, Gen.Int[0, 100_000]).Array[1, 4].Sample(edits =>
        {
            var bytes = new List<byte>(Encoding.UTF8.GetBytes(Valid));
            foreach (var (kind, place, value, length) in edits)
            {
                if (bytes.Count == 0) break;
                int at = place % bytes.Count;
                if (kind == 0) bytes.RemoveRange(at, bytes.Count - at);
                else if (kind == 1) bytes[at] = value;
                else if (kind == 2) bytes.RemoveRange(at, Math.Min(length % 20, bytes.Count - at));
                else if (kind == 3) bytes.InsertRange(at, bytes.GetRange(at, Math.Min(length % 40, bytes.Count - at)));
                else bytes[at] = (byte)"0123456789-\"[]{},:\\u"[value % 20];
            }
            TypedErrorOrWorks(bytes.ToArray());
        }, iter: 6_000, seed: "0000KOIXPhL2");

    /// <summary>
    /// Well-formed JSON in which a value is replaced by something unexpected, or missing, or there twice.
    /// </summary>
    [Fact]
    public void Edited_values()
    {
        string[] values =
        [
            "null", "true", "-1", "0", "3", "2147483647", "99999999999999999999", "1e400", "\"\"", "\"a\"", "\"LONE\"",
            "[]", "{}", "[[[[]]]]", "\"Sequence\"",
            "\"ByteLevel\"", "\"Unigram\"", "\"WordLevel\"", "[[\"a\",-1.5],[\"b\",-2]]", "\"(a+)+b\"", "\"((((\"",
            "\"[\"", "\"\\\\p{Han}\"", "\"a{1000}{1000}\"",
            "\"(((a{999}b){999}c){999}d){9}\"", "\"first\"", "{\"type\":\"Metaspace\"}",
        ];
        int places = Paths(JsonNode.Parse(Valid)!, "").Count();
        Gen.Select(Gen.Int[0, places - 1], Gen.Int[-1, values.Length - 1]).Array[1, 3].Sample(edits =>
        {
            var root = JsonNode.Parse(Valid)!;
            foreach (var (place, value) in edits)
            {
                var node = Paths(root, "").Select(found => found.Node).ElementAtOrDefault(place);
                if (node?.Parent is null) continue;
                var replacement = value < 0 ? null : Node(values[value]);
                if (node.Parent is JsonObject parent && value < 0) parent.Remove(node.GetPropertyName());
                else node.ReplaceWith(replacement);
            }
            TypedErrorOrWorks(Encoding.UTF8.GetBytes(root.ToJsonString().Replace("LONE", "\\ud800")));
        }, iter: 3_000, seed: "0000KOIXPhL3");

        static JsonNode? Node(string json)
        {
            try
            {
                return JsonNode.Parse(json);
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    [Theory]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":2147483647},"merges":[]}}""")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":-1},"merges":[]}}""")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0,"b":0},"merges":[]}}""")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":["a b"]}}""")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":["a a"]}}""")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":["a"]}}""")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[]},"added_tokens":[{"id":2147483647,"content":"x"}]}""")]
    [
        InlineData(
            """{"model":{"type":"BPE","vocab":{"a":0,"b":1},"merges":[]},"added_tokens":[{"id":1,"content":"a"}]}"""),
    ]
    [InlineData("""{"model":{"type":"Unigram","vocab":[["a",0]],"unk_id":1}}""")]
    [InlineData("""{"model":{"type":"WordLevel","vocab":{"a":0}}}""")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"\ud800":0},"merges":[]}}""")]
    [
        InlineData(
            """{"model":{"type":"BPE","vocab":{"a":0},"merges":[],"\ud800xx":1,"\ud800\u0041":2,"unk_toke\u00":2}}"""),
    ]
    [InlineData("""{"\ud800del":{"type":"BPE","vocab":{"a":0},"merges":[]}}""")]
    [InlineData("""{"model":""")]
    [InlineData("""[]""")]
    [InlineData("")]
    public void Invalid(string json) => Assert.Throws<InvalidFileException>(() => Parse(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("""{"model":{"type":"WordPiece","vocab":{}}}""", "WordPiece")]
    [InlineData("""{"normalizer":{"type":"Precompiled","precompiled_charsmap":""},"model":{"type":"BPE","vocab":{},"merges":[]}}""", "Precompiled")]
    [
        InlineData(
            """{"normalizer":{"type":"BertNormalizer"},"model":{"type":"BPE","vocab":{},"merges":[]}}""",
            "BertNormalizer"),
    ]
    [
        InlineData(
            """{"pre_tokenizer":{"type":"UnicodeScripts"},"model":{"type":"BPE","vocab":{},"merges":[]}}""",
            "UnicodeScripts"),
    ]
    [InlineData("""{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"\\p{Han}+"},"behavior":"Isolated"},"model":{"type":"BPE","vocab":{},"merges":[]}}""", "\\p{Han}")]
    [InlineData("""{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(?<=a)b"},"behavior":"Isolated"},"model":{"type":"BPE","vocab":{},"merges":[]}}""", "group")]
    [InlineData("""{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"a*"},"behavior":"Isolated"},"model":{"type":"BPE","vocab":{},"merges":[]}}""", "empty string")]
    [InlineData("""{"decoder":{"type":"CTC"},"model":{"type":"BPE","vocab":{},"merges":[]}}""", "CTC")]
    [InlineData("""{"post_processor":{"type":"Other"},"model":{"type":"BPE","vocab":{},"merges":[]}}""", "Other")]
    [InlineData("""{"model":{"type":"BPE","dropout":0.1,"vocab":{},"merges":[]}}""", "dropout")]
    public void Refused_by_name(string json, string name) =>
        Assert.Contains(name, Assert.Throws<UnsupportedException>(() => Parse(Encoding.UTF8.GetBytes(json))).Message);

    [Fact]
    public void Not_JSON_has_an_offset()
    {
        var error = Assert.Throws<InvalidFileException>(() => Parse("{\"a\":1,\n\n \"b\":}"u8.ToArray()));
        Assert.Equal(14, error.Offset);
        Assert.StartsWith("hostile", error.Message);
    }

    [Fact]
    public void A_pattern_that_backtracks_without_end_is_stopped()
    {
        var tokenizer = Parse(
            """{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(?:a+)+b"},"behavior":"Isolated"},"model":{"type":"BPE","vocab":{"a":0},"merges":[]}}"""u8.ToArray());
        Assert.Throws<UnsupportedException>(() => tokenizer.Encode(new string('a', 100)));
    }

    [Fact]
    public void Deep_nesting() =>
        Assert.Throws<InvalidFileException>(
            () => Parse(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("[", 100_000)))));

    private static Tokenizer Parse(byte[] json) => TokenizerJson.Parse(json, "hostile");

    private static void TypedErrorOrWorks(byte[] json)
    {
        try
        {
            var tokenizer = Parse(json);
            Assert.True(tokenizer.VocabularySize < 100_000);
            tokenizer.Decode(tokenizer.Encode(Text).ToArray());
        }
        catch (LociException e)
        {
            Assert.NotEmpty(e.Message);
        }
    }

    private static IEnumerable<(string Path, JsonNode Node)> Paths(JsonNode node, string path)
    {
        yield return (path, node);
        if (node is JsonObject members)
            foreach (var (key, value) in members.ToList())
                if (value is not null)
                    foreach (var inner in Paths(value, $"{path}.{key}"))
                        yield return inner;
        if (node is JsonArray items)
            foreach (var item in items.ToList())
                if (item is not null)
                    foreach (var inner in Paths(item, $"{path}[]"))
                        yield return inner;
    }
}
