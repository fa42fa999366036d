using CsCheck;
using Loci.Text;

namespace Loci.Tests.Text;

/// <summary>Whatever lies in a file: its text comes out, or a <see cref="LociException"/>.</summary>
public sealed class CorpusFuzzTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static readonly Gen<byte[]> Bytes = Gen.OneOf(
        Gen.Byte.Array[0, 200],
        TextGen.OneOf(
            "[", "]", "{", "}", "\"", "\"text\"", ":", ",", "\\u", "d83d", "\\ud83d", "\\ude00", "\\n", "\\", "1e9",
            "null",
            "\n", "\r", " ", "a", ".", "\0", "é", "\uFEFF", "<|endoftext|>", "{\"text\":\"x\"}", "[\"x\",").Array[0, 30]
            .Select(pieces => System.Text.Encoding.UTF8.GetBytes(string.Concat(pieces))));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(".txt"), InlineData(".jsonl"), InlineData(".json"), InlineData(".txt.gz"), InlineData(".json.gz")]
    public void Any_bytes_give_text_or_a_typed_error(string extension) => Bytes.Sample(
        bytes =>
        {
            ReadWhole(_folder.Write("x" + extension, bytes), mustSucceed: false);
            // Behind a letter nothing looks like another format, and all of it is text.
            if (extension == ".txt") ReadWhole(_folder.Write("x.txt", [(byte)'x', .. bytes]), mustSucceed: true);
        }, seed: "0000000000002", iter: 500, threads: 1);

    [Theory]
    [InlineData(".txt.gz"), InlineData(".jsonl.gz"), InlineData(".json.gz")]
    public void Any_damage_to_gzip_gives_text_or_a_typed_error(string extension) =>
        Gen.Select(Bytes.Where(bytes => bytes.Length > 0), Gen.Int[0, 1 << 20], Gen.Byte, Gen.Bool)
            .Sample((bytes, at, value, cut) =>
        {
            byte[] gzip = Gzip.Compress(bytes);
            gzip[at % gzip.Length] = value;
            ReadWhole(_folder.Write("x" + extension, cut ? gzip[..(at % gzip.Length)] : gzip), false);
        }, seed: "0000000000003", iter: 400, threads: 1);

    [Fact]
    public void Plain_text_keeps_every_character_whatever_the_limit() =>
        Gen.Select(Bytes.Array[1, 8], Gen.Int[64, 300], Gen.Enum<DocumentBoundary>()).Sample((parts, limit, boundary) =>
        {
            byte[] bytes = [(byte)'x', .. parts.SelectMany(part => part)];
            string path = _folder.Write("x.txt", bytes);
            var whole = Corpus.Open([path], new() { Boundary = boundary, Separator = null, AllowInvalid = true });
            var cut = Corpus.Open(
                [path], new() { Boundary = boundary, Separator = null, AllowInvalid = true, MaxDocumentBytes = limit });
            Assert.Equal(Joined(whole), Joined(cut));
        }, seed: "0000000000004", iter: 500, threads: 1);

    private static string Joined(Corpus corpus) => string.Concat(
        corpus.ReadDocuments().SelectMany(document => document.Text).Where(c => !char.IsWhiteSpace(c)));

    private static void ReadWhole(string path, bool mustSucceed)
    {
        try
        {
            foreach (var sentence in
                Corpus.Open([path], new() { MaxDocumentBytes = 64, AllowInvalid = mustSucceed }).ReadSentences())
                Assert.NotEmpty(sentence.Text);
        }
        catch (LociException) when (!mustSucceed)
        {
            // what was asked for
        }
    }
}
