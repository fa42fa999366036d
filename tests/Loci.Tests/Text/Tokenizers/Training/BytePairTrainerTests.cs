using System.Text;
using CsCheck;
using Loci.Tokenizers;
using Loci.Tokenizers.Training;

namespace Loci.Tests.Text.Tokenizers.Training;

public class BytePairTrainerTests
{
    // Few letters, so that pairs tie and overlap; «é» is two bytes.
    private static readonly Gen<string> s_texts = Gen.Int[0, 6].Array[0, 60]
        .Select(marks => string.Concat(marks.Select(i => "aab é1"[Math.Min(i, 5)])));

    [Fact]
    public void Merges_are_those_of_counting_anew_after_every_merge() =>
        s_texts.Array[1, 6].Sample(texts =>
        {
            var tokenizer = BytePairTrainer.Train(texts, BytePairTrainer.FirstMerge + 30).Tokenizer;
            var expected = BruteForce(texts, 30);
            Assert.Equal(BytePairTrainer.FirstMerge + expected.Count, tokenizer.VocabularySize);
            for (int i = 0; i < expected.Count; i++)
                Assert.Equal(expected[i], Bytes(tokenizer, BytePairTrainer.FirstMerge + i));
        }, iter: 300);

    [Fact]
    public void Every_text_comes_back()
    {
        var tokenizer = BytePairTrainer.Train(
            ["the cat sat on the mat; the cat ate the rat", "λόγος 12 12"], 300).Tokenizer;
        Gen.String.Sample(text =>
        {
            string sound = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)); // no half surrogates
            if (sound.Contains(BytePairTrainer.Begin, StringComparison.Ordinal)) return;
            Assert.Equal(sound, tokenizer.Decode(tokenizer.Encode(sound).ToArray()));
        }, iter: 500);
        Assert.Single(tokenizer.Encode(" the"));
        Assert.Equal((0, true), (tokenizer.BeginOfSequence, tokenizer.AddsBeginOfSequence));
    }

    [Fact]
    public void What_is_saved_opens_again_and_is_the_same_every_time()
    {
        using var folder = new TemporaryFolder();
        string[] texts = [.. Enumerable.Range(0, 200).Select(i => $"The number {i} comes before {i + 1}, and so on.")];
        var trained = BytePairTrainer.Train(texts, 400);
        trained.Save(folder.Path);
        Assert.Equal(["tokenizer.json", "tokenizer_config.json"], folder.Names);
        byte[] bytes = File.ReadAllBytes(folder["tokenizer.json"]);
        var again = TokenizerJson.Load(folder["tokenizer.json"]);
        Assert.Equal(trained.Tokenizer.Encode(texts[7]), again.Encode(texts[7]));
        Assert.Equal((0, 0, true), (again.BeginOfSequence, again.EndOfSequence, again.AddsBeginOfSequence));
        BytePairTrainer.Train(texts, 400).Save(folder.Path);
        Assert.Equal(bytes, File.ReadAllBytes(folder["tokenizer.json"]));
    }

    private static byte[] Bytes(Tokenizer tokenizer, int id)
    {
        var bytes = new List<byte>();
        tokenizer.DecodeBytes(id, bytes);
        return [.. bytes];
    }

    // The definition: count all pairs of all words, merge the best everywhere, repeat. Words by an own
    // reading of GPT-2's rule.
    private static List<byte[]> BruteForce(string[] texts, int most)
    {
        const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";
        var pieces = new List<byte[]> { Array.Empty<byte>() };
        for (int value = 0; value < 256; value++) pieces.Add([(byte)value]);
        var words = texts.SelectMany(text => System.Text.RegularExpressions.Regex.Matches(text, Gpt2))
            .Select(match => Encoding.UTF8.GetBytes(match.Value).Select(value => value + 1).ToList()).ToList();
        for (int merges = 0; merges < most; merges++)
        {
            var best = words.SelectMany(word => word.Zip(word.Skip(1))).GroupBy(pair => pair)
                .OrderByDescending(group => group.Count()).ThenBy(group => group.Key.First)
                    .ThenBy(group => group.Key.Second).FirstOrDefault();
            if (best is null || best.Count() < 2) break;
            var (left, right) = best.Key;
            foreach (var word in words)
                for (int i = 0; i + 1 < word.Count; i++)
                    if (word[i] == left && word[i + 1] == right)
                    {
                        word[i] = pieces.Count;
                        word.RemoveAt(i + 1);
                    }
            pieces.Add([.. pieces[left], .. pieces[right]]);
        }
        return pieces[257..];
    }
}
