using Loci.Tokenizers;

namespace Loci.Tests.Text.Tokenizers;

public class WordLevelTests
{
    private static readonly string[] Words = ["<unk>", "<s>", "the", "cat", "café", "\"", "▁"];

    [Fact]
    public void Splits_at_white_space_and_joins_with_spaces()
    {
        var tokenizer = WordLevelTokenizer.Create(Words, "<unk>", "<s>");
        var ids = tokenizer.Encode("the\ncat  dog \"");
        Assert.Equal([2, 3, 0, 5], ids);
        Assert.Equal("the cat <unk> \"", tokenizer.Decode(ids.ToArray()));
        Assert.Equal("the cat", tokenizer.Decode([1, 2, 3]));
        Assert.Equal(
            (1, true, 7), (tokenizer.BeginOfSequence, tokenizer.AddsBeginOfSequence, tokenizer.VocabularySize));
        var bytes = new List<byte>();
        tokenizer.DecodeBytes(3, bytes);
        Assert.Equal(" cat"u8.ToArray(), bytes);
    }

    [Theory]
    [InlineData("<s>"), InlineData(null)]
    public void What_is_saved_opens_again(string? begin)
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var tokenizer = WordLevelTokenizer.Create(Words, "<unk>", begin);
            tokenizer.Save(Path.Combine(folder, "tokenizer.json"));
            Assert.Single(Directory.GetFiles(folder));
            var again = TokenizerJson.Load(Path.Combine(folder, "tokenizer.json"));
            const string Text = "the café ▁ <s> x <unk>the";
            Assert.Equal(tokenizer.Encode(Text), again.Encode(Text));
            Assert.Equal(
                (tokenizer.BeginOfSequence, tokenizer.AddsBeginOfSequence),
                (again.BeginOfSequence, again.AddsBeginOfSequence));
            for (int id = 0; id < Words.Length; id++) Assert.Equal(Words[id], again.Piece(id));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Refuses_unsound_vocabularies()
    {
        Assert.Throws<ArgumentException>(() => WordLevelTokenizer.Create(["a", "a"], "a"));
        Assert.Throws<ArgumentException>(() => WordLevelTokenizer.Create(["a b"], "a b"));
        Assert.Throws<ArgumentException>(() => WordLevelTokenizer.Create(["a", "\uD800"], "a"));
        Assert.Throws<ArgumentException>(() => WordLevelTokenizer.Create(["a"], "b"));
        Assert.Throws<ArgumentException>(() => WordLevelTokenizer.Create(["a"], "a", "a"));
    }
}
