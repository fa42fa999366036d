using System.Text.Json.Nodes;
using Loci.Tokenizers;

namespace Loci.Tests.Text.Tokenizers;

/// <summary>Anchors and repetitions of the split patterns as Oniguruma's syntax has them.</summary>
public class AnchorTests
{
    [Theory]
    [InlineData(@"\s+$", "ab  ", "ab|  ")]
    [InlineData(@"\s+$", "ab \n c", "ab| |\n c")] // the end of a line is enough
    [InlineData(@"\s+$", "ab\n\n", "ab|\n\n")]
    [InlineData(@"\s+\z", "ab \n c  ", "ab \n c|  ")]
    [InlineData(@"\w+\Z", "ab cd\n", "ab |cd|\n")]
    [InlineData(@"^\w+", "ab cd\nef gh\n", "ab| cd\n|ef| gh\n")]
    [InlineData(@"\A\w+", "ab cd\nef", "ab| cd\nef")]
    [InlineData(@"\d{1,3}+", "a12345b", "a|12345|b")]
    [InlineData(@"\d{1,3}", "a12345b", "a|123|45|b")]
    [InlineData(@"'(?i:[sdmt]|ll)", "I'M he'LL", "I|'M| he|'LL")]
    [InlineData(@"(?>a+)b", "aab", "aab")]
    public void A_pattern_cuts_there(string pattern, string text, string pieces)
    {
        // Every piece a token of its own, so that the ids show the cuts.
        string[] words = [.. pieces.Split('|')];
        string json = new JsonObject
        {
            ["pre_tokenizer"] = new JsonObject
            {
                ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = pattern }, ["behavior"] = "Isolated",
            },
            ["model"] = new JsonObject
            {
                ["type"] = "WordLevel", ["unk_token"] = "?",
                ["vocab"] = new JsonObject(
                    words.Distinct().Select((word, id) => KeyValuePair.Create(word, (JsonNode?)id))),
            },
        }.ToJsonString();
        var read = TokenizerJson.Parse(System.Text.Encoding.UTF8.GetBytes(json), "anchors");
        Assert.Equal(words, read.Encode(text).Select(read.Piece));
    }
}
