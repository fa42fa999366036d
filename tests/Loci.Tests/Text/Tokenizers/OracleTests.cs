using System.Text;
using System.Text.Json;
using Loci.Tokenizers;
using Loci.Tokenizers.Unicode;

namespace Loci.Tests.Text.Tokenizers;

/// <summary>
/// Small tokenizers of every kind against a naive implementation in Python (<c>oracle/generate.py</c>), which shares
/// nothing with ours: other language, other algorithms, its own tables of characters.
/// </summary>
public class OracleTests
{
    private static readonly Lazy<JsonDocument> Goldens = new(() => JsonDocument.Parse(File.ReadAllBytes(Find())));

    public static TheoryData<string> Names() =>
        [
            .. Goldens.Value.RootElement.GetProperty("tokenizers").EnumerateArray()
                .Select(item => item.GetProperty("name").GetString()!),
        ];

    [Theory]
    [MemberData(nameof(Names))]
    public void Gives_the_ids_of_the_oracle(string name)
    {
        var golden = Goldens.Value.RootElement.GetProperty("tokenizers").EnumerateArray()
            .Single(item => item.GetProperty("name").GetString() == name);
        var tokenizer = TokenizerJson.Parse(Encoding.UTF8.GetBytes(golden.GetProperty("tokenizer").GetRawText()), name);
        // Twice, as the second time words come from the cache.
        for (int round = 0; round < 2; round++)
        {
            foreach (var item in golden.GetProperty("cases").EnumerateArray())
            {
                string text = item[0].GetString()!;
                int[] ids = [.. item[1].EnumerateArray().Select(id => id.GetInt32())];
                Assert.True(
                    ids.SequenceEqual(tokenizer.Encode(text)), $"{JsonEncodedText.Encode(text)}: "
                        + $"{string.Join(',', ids)} expected, not {string.Join(',', tokenizer.Encode(text))}");
            }
        }
    }

    [Fact]
    public void Normalizes_as_the_oracle()
    {
        UnicodeNormalizer[] forms = [new(false, true), new(false, false), new(true, true), new(true, false)];
        foreach (var item in Goldens.Value.RootElement.GetProperty("normalization").EnumerateArray())
            for (int form = 0; form < forms.Length; form++)
                Assert.Equal(item[form + 1].GetString(), forms[form].Apply(item[0].GetString()!));
    }

    private static string Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Path.Combine(at.FullName, "tests", "Loci.Tests", "Text", "Tokenizers", "oracle",
                "goldens.json") is var file && File.Exists(file))
                return file;
        throw new FileNotFoundException("goldens.json is not above the tests");
    }
}
