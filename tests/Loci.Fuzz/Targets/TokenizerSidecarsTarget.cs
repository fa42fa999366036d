using System.Text;
using Loci.Tokenizers;

namespace Loci.Fuzz.Targets;

/// <summary>
/// The three files beside a tokenizer.json, separated by NULs: an accepted set encodes any text
/// to ids of its vocabulary.
/// </summary>
internal static class TokenizerSidecarsTarget
{
    private const string Json =
        """{"added_tokens":[{"id":2,"content":"<s>","special":true}],"model":{"type":"WordLevel","vocab":{"a":0,"b":1},"unk_token":"a"}}""";

    private const string Configuration =
        """{"added_tokens_decoder":{"2":{"content":"<s>","lstrip":true,"special":true},"3":{"content":"x"} },"eos_token":{"content":"</s>"},"add_bos_token":true}""";

    private const string Special =
        """{"bos_token":"<s>","additional_special_tokens":["<p>",{"content":"<q>","rstrip":true}]}""";

    public static Target Target { get; } = new(
        "tokenizer-sidecars", Encoding.UTF8.GetBytes($"{Configuration}\0{Special}\0{{\"y\":3}}"), Read);

    private static void Read(byte[] input)
    {
        int first = Math.Max(0, Array.IndexOf(input, (byte)0)),
            second = Math.Max(first, Array.LastIndexOf(input, (byte)0));
        var beside = new TokenizerSidecars
        {
            Configuration = input.AsMemory(0, first),
                SpecialTokens = input.AsMemory(Math.Min(first + 1, second), Math.Max(0, second - first - 1)),
            AddedTokens = input.AsMemory(Math.Min(second + 1, input.Length)),
        };
        TokenizerUse.Try(TokenizerJson.Parse(Encoding.UTF8.GetBytes(Json), "input", beside));
    }
}
