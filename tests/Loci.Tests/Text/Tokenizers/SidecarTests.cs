using System.Text.Json.Nodes;
using Loci.Tests.Models;
using Loci.Tokenizers;

namespace Loci.Tests.Text.Tokenizers;

/// <summary>
/// What stands beside a tokenizer.json counts as it does in transformers, or is refused by the token's name.
/// </summary>
public sealed class SidecarTests : IDisposable
{
    private const string Two =
        """{"added_tokens_decoder":{"99":{"content":"<|end|>","special":true},"98":{"content":"<|start|>","special":true,"lstrip":true} },"eos_token":"<|end|>"}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Tokens_of_the_config_are_added_in_the_order_of_their_ids()
    {
        var tokenizer = Load(("tokenizer_config.json", Two));
        Assert.Equal([98, 71, 72, 99], tokenizer.Encode("<|start|>hi<|end|>"));
        Assert.Equal([71, 98, 72], tokenizer.Encode("h \t<|start|>i")); // lstrip
        Assert.Equal((99, 100), (tokenizer.EndOfSequence, tokenizer.VocabularySize));
        Assert.Equal("hi", tokenizer.Decode([98, 71, 72, 99]));
        Assert.Equal(99, tokenizer.ControlToken("<|end|>"));
    }

    [Theory]
    [
        InlineData(
            """{"added_tokens_decoder":{"97":{"content":"<x>"} } }""",
            "«<x>» with the id 97, where tokenizer.json makes it 98"),
    ]
    [InlineData("""{"added_tokens_decoder":{"120":{"content":"<x>"} } }""", "«<x>» with the id 120")]
    [
        InlineData(
            """{"added_tokens_decoder":{"98":{"content":"a"} } }""",
            "«a» with the id 98, where tokenizer.json makes it 64"),
    ]
    [InlineData("""{"added_tokens_decoder":{"x":{"content":"<x>"} } }""", "«x» is no id")]
    [InlineData("""{"added_tokens_decoder":{"98":{"content":"<x>"},"99":{"content":"<x>"} } }""", "is there twice")]
    [InlineData("""{"added_tokens_decoder":{"98":{"content":1} } }""", "a string is expected")]
    [InlineData("""{"eos_token":"</s>","eos_token":"<s>"}""", "not JSON")]
    [InlineData("""{"eos_token":"</s>","\ud800":1}""", "not valid text")]
    public void What_cannot_be_merged_is_refused_by_name(string config, string says) =>
        Assert.Contains(says, Assert.ThrowsAny<LociException>(() => Load(("tokenizer_config.json", config))).Message);

    [Fact]
    public void Options_of_the_config_go_before_those_of_the_tokenizer()
    {
        string config =
            """{"added_tokens_decoder":{"98":{"content":"<x>","special":false,"rstrip":true,"normalized":false} } }""";
        _folder.Write("tokenizer.json", TinyLlama.Tokenizer(("<x>", 98)).ToJsonString());
        Assert.Equal([98, 94, 64], TokenizerJson.Load(_folder["tokenizer.json"]).Encode("<x> a"));
        _folder.Write("tokenizer_config.json", config);
        var tokenizer = TokenizerJson.Load(_folder["tokenizer.json"]);
        Assert.Equal([98, 64], tokenizer.Encode("<x> a"));
        Assert.Equal("<x>a", tokenizer.Decode([98, 64])); // no longer special
    }

    [Fact]
    public void The_map_of_special_tokens_overrides_the_config_unless_that_decides()
    {
        string map = """{"eos_token":{"content":"</t>","lstrip":false},"additional_special_tokens":["<a>","<b>"]}""";
        var tokenizer = Load(
            ("tokenizer_config.json", """{"eos_token":"</s>","pad_token":"<p>"}"""), ("special_tokens_map.json", map));
        // In the order of their roles: end, padding, then the others.
        Assert.Equal([98, 99, 100, 101], tokenizer.Encode("</t><p><a><b>"));
        Assert.Equal(98, tokenizer.EndOfSequence);
        Assert.DoesNotContain(
            "<a>",
            Enumerable.Range(0, 110)
                .Select(Load(("tokenizer_config.json", Two), ("special_tokens_map.json", map)).Piece));
    }

    [Fact]
    public void Tokens_of_the_old_list_are_added_by_their_ids()
    {
        var tokenizer = Load(("added_tokens.json", """{"<b>":99,"<a>":98}"""));
        Assert.Equal([98, 99], tokenizer.Encode("<a><b>"));
        Assert.Contains(
            "«<a>» with the id 105",
            Assert.Throws<UnsupportedException>(() => Load(("added_tokens.json", """{"<a>":105}"""))).Message);
    }

    [Fact]
    public void The_unknown_token_of_a_config_stays_visible()
    {
        _folder.Write("tokenizer.json",
            """{"pre_tokenizer":{"type":"WhitespaceSplit"},"model":{"type":"WordLevel","vocab":{"<unk>":0,"a":1},"unk_token":"<unk>"}}""");
        _folder.Write("tokenizer_config.json", """{"unk_token":"<unk>"}""");
        var tokenizer = TokenizerJson.Load(_folder["tokenizer.json"]);
        Assert.Equal("a <unk>", tokenizer.Decode(tokenizer.Encode("a b").ToArray()));
        Assert.Equal(["b", "c"], tokenizer.UnknownWords("a b c b"));
        Assert.Empty(tokenizer.UnknownWords("a a"));
    }

    [Fact]
    public void An_id_without_a_piece_is_empty_text()
    {
        var tokenizer = Load(("tokenizer_config.json", Two));
        Assert.Equal("", tokenizer.Piece(5000));
        Assert.Equal("hi", tokenizer.Decode([71, 5000, 72, 120]));
        var bytes = new List<byte>();
        tokenizer.DecodeBytes(5000, bytes);
        Assert.Empty(bytes);
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Piece(-1));
    }

    [Theory]
    [InlineData("GPT2Tokenizer", null), InlineData("GPT2TokenizerFast", "llama"), InlineData(null, "opt")]
    public void A_vocabulary_and_merges_are_byte_level_BPE(string? named, string? type)
    {
        WriteVocabulary("#version: 0.2\na b\r\nĠ ab\n\n");
        _folder.Write("tokenizer_config.json",
            new JsonObject
                { ["tokenizer_class"] = named, ["bos_token"] = "!", ["add_bos_token"] = true }.ToJsonString());
        var tokenizer = TokenizerFolder.Open(_folder.Path, type)!;
        Assert.Equal([98, 99, 66], tokenizer.Encode("ab abc"));
        Assert.Equal((0, true), (tokenizer.BeginOfSequence, tokenizer.AddsBeginOfSequence));
        Assert.Equal("ab abc", tokenizer.Decode([98, 99, 66]));
    }

    [Fact]
    public void Qwen_splits_by_its_own_expression()
    {
        WriteVocabulary("a b\nĠ ab\n");
        _folder.Write("tokenizer_config.json", """{"tokenizer_class":"Qwen2Tokenizer"}""");
        var tokenizer = TokenizerFolder.Open(_folder.Path)!;
        Assert.Equal([16, 17, 18], tokenizer.Encode("123"));
        Assert.Equal([10, 98], tokenizer.Encode("+ab"));
    }

    [Theory]
    [InlineData("BertTokenizer", "gpt2", "a b", "the class «BertTokenizer»")]
    [InlineData(null, "llama", "a b", "the kind of tokenizer is not known")]
    [InlineData("GPT2Tokenizer", "gpt2", "a b c", "line 1: two tokens")]
    [InlineData("GPT2Tokenizer", "gpt2", "a z", "the merged «az» is not in the vocabulary")]
    public void Other_vocabularies_are_refused_by_name(string? named, string type, string merges, string says)
    {
        WriteVocabulary(merges);
        _folder.Write("tokenizer_config.json", new JsonObject { ["tokenizer_class"] = named }.ToJsonString());
        Assert.Contains(says, Assert.ThrowsAny<LociException>(() => TokenizerFolder.Open(_folder.Path, type)).Message);
    }

    [Theory]
    [
        InlineData("tekken.json", "tekken"), InlineData("vocab.txt", "a WordPiece vocabulary"),
        InlineData("vocab.json", "needs both"),
    ]
    public void Kinds_that_are_not_read_are_named(string file, string says)
    {
        _folder.Write(file, "{}");
        Assert.Contains(says, Assert.Throws<UnsupportedException>(() => TokenizerFolder.Open(_folder.Path)).Message);
    }

    [Fact]
    public void A_folder_without_any_has_none() => Assert.Null(TokenizerFolder.Open(_folder.Path));

    private void WriteVocabulary(string merges)
    {
        var vocabulary = TinyLlama.Vocabulary();
        vocabulary["ab"] = 98;
        vocabulary["Ġab"] = 99;
        _folder.Write("vocab.json", vocabulary.ToJsonString());
        _folder.Write("merges.txt", merges);
    }

    private Tokenizer Load(params (string Name, string Content)[] beside)
    {
        foreach (string name in TokenizerSidecars.Names) File.Delete(_folder[name]);
        _folder.Write("tokenizer.json", TinyLlama.Tokenizer().ToJsonString());
        foreach (var (name, content) in beside) _folder.Write(name, content);
        return TokenizerJson.Load(_folder["tokenizer.json"]);
    }
}
