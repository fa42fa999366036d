using System.Text;
using CsCheck;

namespace Loci.Tests.Text.Tokenizers;

public class Gpt2Tests
{
    // From the documentation of GPT-2 and of the libraries that run it.
    [Theory]
    [InlineData("Hello world", new[] { 15496, 995 })]
    [InlineData("Hello, my dog is cute", new[] { 15496, 11, 616, 3290, 318, 13779 })]
    [InlineData(" the", new[] { 262 })]
    [InlineData("\n", new[] { 198 })]
    [InlineData("\n\n", new[] { 628 })]
    [InlineData("tiktoken is great!", new[] { 83, 1134, 30001, 318, 1049, 0 })]
    [InlineData("Hello<|endoftext|>world", new[] { 15496, 50256, 6894 })]
    [InlineData("", new int[0])]
    public void Gives_the_published_ids(string text, int[] ids) => Assert.Equal(ids, Gpt2Files.Tokenizer.Encode(text));

    [Fact]
    public void Decodes_what_it_encodes()
    {
        var tokenizer = Gpt2Files.Tokenizer;
        Gen.String.Sample(text =>
        {
            string sane = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            return tokenizer.Decode(tokenizer.Encode(text).ToArray()) == sane;
        }, iter: 3000, seed: "0000KOIXPhL1");
    }

    [Fact]
    public void Decoding_is_concatenation_of_bytes()
    {
        var tokenizer = Gpt2Files.Tokenizer;
        const string Text = "  Ünïcode 😀\t\r\n<|endoftext|> ok";
        var bytes = new List<byte>();
        foreach (int id in tokenizer.Encode(Text)) tokenizer.DecodeBytes(id, bytes);
        Assert.Equal(Text.Replace("<|endoftext|>", ""), Encoding.UTF8.GetString(bytes.ToArray()));
    }

    [Theory]
    [InlineData('a'), InlineData('\n'), InlineData('é')]
    public void A_word_of_100_000_characters_is_encoded_in_less_than_quadratic_time(char c)
    {
        var tokenizer = Gpt2Files.Tokenizer;
        string text = new(c, 100_000);
        Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text).ToArray()));
    }
}
