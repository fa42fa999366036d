using System.Text;
using Loci.Tokenizers;

namespace Loci.Tests.Text.Tokenizers;

public class TokenizerConfigurationTests
{
    private const string Template = """
        ,"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],
        "special_tokens":{"<s>":{"id":"<s>","ids":[1],"tokens":["<s>"]}}}
        """;

    [Theory]
    [InlineData("", null, null, null, false)]
    [InlineData("", """{"bos_token":"<s>","eos_token":{"content":"</s>"},"add_bos_token":true}""", 1, 2, true)]
    [InlineData("", """{"bos_token":"<s>","eos_token":null}""", 1, null, false)]
    // appended, as transformers does
    [InlineData("", """{"bos_token":"<other>","add_bos_token":true}""", 3, null, true)]
    [InlineData(Template, null, 1, null, true)]
    [InlineData(Template, """{"eos_token":"</s>"}""", 1, 2, true)]
    [InlineData(Template, """{"bos_token":"<s>","add_bos_token":false}""", 1, null, false)]
    public void Says_what_begins_and_ends(string processor, string? configuration, int? begin, int? end, bool adds)
    {
        string json = $$$"""{"model":{"type":"BPE","vocab":{"a":0,"<s>":1,"</s>":2},"merges":[]}{{{processor}}} }""";
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "tokenizer.json"), json);
            if (configuration is not null)
                File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), configuration);
            var tokenizer = TokenizerJson.Load(Path.Combine(folder, "tokenizer.json"));
            Assert.Equal(
                (begin, end, adds),
                (tokenizer.BeginOfSequence, tokenizer.EndOfSequence, tokenizer.AddsBeginOfSequence));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_missing_file_is_a_typed_error() =>
        Assert.Contains("nowhere.json", Assert.Throws<LociException>(() => TokenizerJson.Load("nowhere.json")).Message);

    [Theory]
    [InlineData("Isolated", "a-b--c-", "a|-|b|-|-|c|-")]
    [InlineData("Removed", "a-b--c-", "a|b|c")]
    [InlineData("MergedWithPrevious", "a-b--c-", "a-|b-|-|c-")]
    [InlineData("MergedWithNext", "a-b--c-", "a|-b|-|-c|-")]
    [InlineData("Contiguous", "a-b--c-", "a|-|b|--|c|-")]
    public void Splits_as_the_behavior_says(string behavior, string text, string pieces)
    {
        // Every piece a word of the vocabulary, so that the ids show the cuts.
        string[] words = ["?", "a", "b", "c", "-", "--", "a-", "b-", "c-", "-b", "-c"];
        string vocabulary = string.Join(',', words.Select((word, id) => $"\"{word}\":{id}"));
        var tokenizer = TokenizerJson.Parse(Encoding.UTF8.GetBytes($$$"""
            {"pre_tokenizer":{"type":"Split","pattern":{"String":"-"},"behavior":"{{{behavior}}}","invert":false},
             "model":{"type":"WordLevel","vocab":{ {{{vocabulary}}} },"unk_token":"?"}}
            """), "split");
        Assert.Equal(pieces.Split('|'), tokenizer.Encode(text).Select(tokenizer.Piece));
    }

    [Theory]
    [InlineData("\u00E9 \u00DF", "\u00E9 \u00DF")]
    [InlineData("  a", "  a")]
    public void The_Llama_decoder_drops_one_leading_space(string text, string expected)
    {
        string bytes = string.Join(',', Enumerable.Range(0, 256).Select(value => $"\"<0x{value:X2}>\":{value + 3}"));
        var tokenizer = TokenizerJson.Parse(Encoding.UTF8.GetBytes($$$"""
            {"added_tokens":[{"id":1,"content":"<s>","special":true,"normalized":false}],
             "normalizer":{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"} ] },
             "decoder":{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0} ] },
             "model":{"type":"BPE","byte_fallback":true,"unk_token":"<unk>","vocab":{"<unk>":0,"<s>":1,"▁":2,{{{bytes}}} },"merges":[]}}
            """), "llama");
        Assert.Equal(expected, tokenizer.Decode([1, .. tokenizer.Encode(text)]));
        // A run of byte pieces that is not UTF-8 as a whole is U+FFFD for each of its bytes.
        Assert.Equal("\uFFFD\uFFFD\uFFFD", tokenizer.Decode([3 + 'a', 3 + 0xC3, 3 + 'b']));
    }
}
