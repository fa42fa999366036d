using System.Text;
using Loci.Tokenizers.Models;

namespace Loci.Tokenizers.Pipeline;

/// <summary>How tokens become bytes again.</summary>
internal sealed class TokenDecoder
{
    /// <summary>Rewrites of a token's text, in order; the flag says whether it is the first of a sequence.</summary>
    public List<Func<string, bool, string>> Rewrites { get; } = [];

    /// <summary>The text is GPT-2's byte alphabet.</summary>
    public bool ByteLevel { get; set; }

    /// <summary>Pieces like <c>&lt;0x0A&gt;</c> are bytes.</summary>
    public bool ByteFallback { get; set; }

    /// <summary>A space stands between tokens: the rule where a file has no decoder.</summary>
    public bool Spaced { get; set; }

    /// <summary>What is dropped at the start of the whole text, so many times at most.</summary>
    public (byte[] Content, int Times) Strip { get; set; } = ([], 0);

    /// <summary>The bytes of a token, and whether they came by byte fallback.</summary>
    public byte[] Bytes(string token, bool first, out bool single)
    {
        foreach (var rewrite in Rewrites) token = rewrite(token, first);
        single = BytePieces.TryParse(token, out byte value) && ByteFallback;
        if (single) return [value];
        if (ByteLevel) return ByteAlphabet.Read(token);
        return Encoding.UTF8.GetBytes(Spaced && !first ? " " + token : token);
    }
}
