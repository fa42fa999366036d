using Loci.Tokenizers;
using Loci.Tokenizers.Training;

namespace Loci.Tests.Text.Tokenizers.Training;

public class WordTrainerTests
{
    private const string Text = "The cat's hat, (an old one) cost 12 pounds. \"So?\" said the cat.";

    [Fact]
    public void Decoding_gives_the_text_back_with_single_spaces()
    {
        var tokenizer = WordTrainer.Train([Text], 1000).Tokenizer;
        Assert.Equal(Text, tokenizer.Decode(tokenizer.Encode(Text).ToArray()));
        string spread = " " + Text.Replace(" ", " \n\t ", StringComparison.Ordinal) + "\n\n";
        Assert.Equal(tokenizer.Encode(Text), tokenizer.Encode(spread));
        Assert.DoesNotContain(tokenizer.Encode(Text), id => id == 0);
        Assert.Equal([0, 0], tokenizer.Encode("unheard words"));
        Assert.Equal("▁cat", tokenizer.Piece(tokenizer.Encode("cat")[0]));
    }

    [Fact]
    public void The_most_frequent_words_are_kept_and_ties_go_by_their_letters()
    {
        var tokenizer = WordTrainer.Train(["b a c c", "c d"], 5).Tokenizer;
        Assert.Equal(["<unk>", "<s>", "▁c", "▁a", "▁b"], Enumerable.Range(0, 5).Select(tokenizer.Piece));
        Assert.Equal(5, tokenizer.VocabularySize);
        Assert.Equal(3, WordTrainer.Train(["b a c c", "c d"], 5, minimumCount: 2).Tokenizer.VocabularySize);
    }

    [Fact]
    public void What_is_saved_opens_again()
    {
        using var folder = new TemporaryFolder();
        var trained = WordTrainer.Train([Text, "<s> and <unk> are words of their own here"], 1000);
        trained.Save(folder.Path);
        var again = TokenizerJson.Load(folder["tokenizer.json"]);
        Assert.Equal(trained.Tokenizer.Encode(Text), again.Encode(Text));
        Assert.Equal((1, 1, true), (again.BeginOfSequence, again.EndOfSequence, again.AddsBeginOfSequence));
        Assert.Equal(trained.Tokenizer.VocabularySize, again.VocabularySize);
    }

    [Fact]
    public void Refuses_a_vocabulary_without_room() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => WordTrainer.Train([Text], 2));
}
