using System.Text.Json;
using Loci.Checkpoints;
using Loci.Checkpoints.Gguf;
using Loci.Models.Gguf;
using Loci.Tests.Text.Tokenizers;
using Loci.Tokenizers;

namespace Loci.Tests.Models;

public sealed class GgufTokenizerTests : IDisposable
{
    private const int Normal = 1, Unknown = 2, Control = 3, Unused = 5, Byte = 6;

    // The bytes of «ab1 !» in the byte alphabet, and what the merges make of them.
    private static readonly string[] s_tokens =
        ["a", "b", "1", "Ġ", "!", "ab", "Ġab", "11", "111", "1111", "<|end|>", "left", "'", "S", "'S"];

    private static readonly string[] s_merges = ["a b", "Ġ ab", "1 1", "11 1", "11 11", "' S"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("gpt-2", "1111 ab!", new[] { "1111", "Ġab", "!" })]
    [InlineData("qwen2", "1111 ab!", new[] { "1", "1", "1", "1", "Ġab", "!" })]
    [InlineData("llama-bpe", "1111 ab!", new[] { "111", "1", "Ġab", "!" })]
    [InlineData("starcoder", "11 ab", new[] { "1", "1", "Ġab" })]
    [InlineData("gpt-2", "ab<|end|>ab", new[] { "ab", "<|end|>", "ab" })]
    [InlineData("gpt-2", "!'S", new[] { "!", "'", "S" })] // «!'» is a stretch of signs
    [InlineData("llama-bpe", "a'S", new[] { "a", "'S" })] // contractions in either case
    public void Text_is_split_as_the_file_says(string way, string text, string[] pieces)
    {
        var tokenizer = Read(ByteLevel(way));
        var ids = tokenizer.Encode(text);
        Assert.Equal(pieces, ids.Select(tokenizer.Piece));
        Assert.Equal(text.Replace("<|end|>", "", StringComparison.Ordinal), tokenizer.Decode(ids.ToArray()));
    }

    [Fact]
    public void Gpt2_published_vocabulary_gives_the_ids_of_its_tokenizer_json()
    {
        using var vocabulary = JsonDocument.Parse(File.ReadAllBytes(SharedData.Require("gpt2-bpe", "encoder.json")));
        string[] tokens = [.. vocabulary.RootElement.EnumerateObject().OrderBy(member => member.Value.GetInt32())
            .Select(member => member.Name)];
        string[] merges =
        [
            .. File.ReadLines(SharedData.Require("gpt2-bpe", "vocab.bpe")).Skip(1).Where(line => line.Length > 0),
        ];
        var tokenizer = Read(
        [
            new("tokenizer.ggml.model", "gpt2"), new("tokenizer.ggml.pre", "gpt-2"),
            new("tokenizer.ggml.tokens", tokens), new("tokenizer.ggml.merges", merges),
        ]);
        foreach (string text in (string[])
            ["Hello world, it's 1999!", "  two  spaces\n\n\ttabs", "naïve 😀 日本語 ß", "don't YOU'LL we've", ""])
            Assert.Equal(Gpt2Files.Tokenizer.Encode(text), tokenizer.Encode(text));
    }

    [Fact]
    public void Sequences_begin_as_the_file_says_or_as_is_usual()
    {
        Assert.False(Read(ByteLevel("gpt-2")).AddsBeginOfSequence);
        Assert.True(Read(ByteLevel("llama-bpe")).AddsBeginOfSequence);
        Assert.False(Read(ByteLevel("llama-bpe", ("tokenizer.ggml.add_bos_token", false))).AddsBeginOfSequence);
        Assert.Equal(10, Read(ByteLevel("llama-bpe")).BeginOfSequence);
    }

    [Theory]
    [InlineData(true, new[] { "▁a", "▁a", "▁", "<0xC3>", "<0xA9>" })]
    [InlineData(false, new[] { "a", "▁a", "▁", "<0xC3>", "<0xA9>" })]
    public void Pieces_with_scores_are_merged_and_fall_back_to_bytes(bool prefix, string[] pieces)
    {
        var tokenizer = Read(Scores(("tokenizer.ggml.add_space_prefix", prefix)));
        Assert.Equal(pieces, tokenizer.Encode("a a é").Select(tokenizer.Piece));
        Assert.Equal("a a é", tokenizer.Decode(tokenizer.Encode("a a é").ToArray()));
        Assert.True(tokenizer.AddsBeginOfSequence);
    }

    [Theory]
    [InlineData("tokenizer.ggml.pre", "default", "default")]
    [InlineData("tokenizer.ggml.model", "t5", "t5")]
    public void What_is_not_exact_is_refused_by_name(string key, string value, string says)
    {
        var metadata = ByteLevel("gpt-2").Where(pair => pair.Key != key).Append(new(key, value)).ToList();
        string message = Assert.Throws<UnsupportedException>(() => Read(metadata)).Message;
        Assert.Contains(says, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_that_contradict_each_other_are_refused()
    {
        Refused(("tokenizer.ggml.token_type", new[] { Normal }), "1 entries for 15 tokens");
        Refused(("tokenizer.ggml.merges", new[] { "a c" }), "is not two tokens that make a third");
        Refused(("tokenizer.ggml.tokens", s_tokens.Select(_ => "a").ToArray()), "is the token 0 and 1");

        void Refused((string Key, object Value) change, string says)
        {
            var metadata = ByteLevel("gpt-2").Where(pair => pair.Key != change.Key)
                .Append(new(change.Key, change.Value)).ToList();
            Assert.Contains(
                says, Assert.Throws<InvalidFileException>(() => Read(metadata)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_hash_follows_every_setting_of_the_tokenizer()
    {
        string[] hashes =
        [
            Hash(ByteLevel("gpt-2")), Hash(ByteLevel("olmo")),
            Hash(ByteLevel("gpt-2", ("tokenizer.ggml.add_bos_token", true))),
        ];
        Assert.Equal(3, hashes.Distinct().Count());
        Assert.Equal(hashes[0], Hash([.. ByteLevel("gpt-2"), new("general.name", "another")]));

        string Hash(List<KeyValuePair<string, object>> metadata)
        {
            using var file = Write(metadata);
            return GgufTokenizer.Hash(file);
        }
    }

    private static List<KeyValuePair<string, object>> ByteLevel(string way, params (string Key, object Value)[] more) =>
    [
        new("tokenizer.ggml.model", "gpt2"), new("tokenizer.ggml.pre", way), new("tokenizer.ggml.tokens", s_tokens),
        new("tokenizer.ggml.token_type",
            s_tokens.Select(token => token == "<|end|>" ? Control : token == "left" ? Unused : Normal).ToArray()),
        new("tokenizer.ggml.merges", s_merges), new("tokenizer.ggml.bos_token_id", 10),
        .. more.Select(pair => KeyValuePair.Create(pair.Key, pair.Value)),
    ];

    private static List<KeyValuePair<string, object>> Scores(params (string Key, object Value)[] more)
    {
        string[] tokens =
        [
            "<unk>", "<s>", "</s>", .. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>"), "▁", "a", "▁a",
        ];
        return
        [
            new("tokenizer.ggml.model", "llama"), new("tokenizer.ggml.tokens", tokens),
            new("tokenizer.ggml.scores", tokens.Select((_, id) => (float)-id).ToArray()),
            new("tokenizer.ggml.token_type", tokens.Select((_, id) =>
                id == 0 ? Unknown : id < 3 ? Control : id < 259 ? Byte : Normal).ToArray()),
            .. more.Select(pair => KeyValuePair.Create(pair.Key, pair.Value)),
        ];
    }

    private Tokenizer Read(List<KeyValuePair<string, object>> metadata)
    {
        using var file = Write(metadata);
        return GgufTokenizer.Read(file)!;
    }

    private GgufFile Write(List<KeyValuePair<string, object>> metadata)
    {
        string path = _folder[$"{Guid.NewGuid()}.gguf"];
        GgufWriter.Write(path, metadata, []);
        return GgufFile.Open(path);
    }
}
