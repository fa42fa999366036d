using System.Security.Cryptography;
using System.Text;
using Loci.Text;

namespace Loci.Tests.Text;

public sealed class CorpusTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(DocumentBoundary.BlankLine, "a\nb|c|d")]
    [InlineData(DocumentBoundary.Line, "a|b|c|d")]
    [InlineData(DocumentBoundary.File, "a\nb\n \t\nc|d")]
    public void Plain_text_is_cut_at_the_boundary_asked_for(DocumentBoundary boundary, string expected)
    {
        string path = _folder.Write("a.txt", "\uFEFF\r\na\r\nb\r\n \t\r\nc\r\n<|endoftext|>\r\nd\n\n");
        Assert.Equal(expected.Split('|'), Texts([path], new() { Boundary = boundary }));
    }

    [Fact]
    public void The_separator_can_be_another_or_none()
    {
        string path = _folder.Write("a.txt", "a\n***\nb\n");
        Assert.Equal(["a", "b"], Texts([path], new() { Separator = "***" }));
        Assert.Equal(["a\n***\nb"], Texts([path], new() { Separator = null }));
    }

    [Theory]
    [InlineData("a.jsonl",
        "{\"id\":1,\"text\":\"a\\n\\u00e9\",\"more\":{\"text\":\"no\"}}\n\n"
        + "\"b\"\r\n{\"meta\":[{\"text\":1}],\"te\\u0078t\":\"c\"}")]
    [
        InlineData(
            "a.json", "[{\"id\":1,\"text\":\"a\\n\\u00e9\",\"more\":{\"text\":\"no\"}}, "
                + "\"b\",\n{\"meta\":[{\"text\":1}],\"te\\u0078t\":\"c\"} ]\n"),
    ]
    public void Json_gives_the_field_or_the_string(string name, string content)
    {
        string[] expected = ["a\né", "b", "c"];
        Assert.Equal(expected, Texts([_folder.Write(name, content)]));
        Assert.Equal(
            expected, Texts([_folder.WriteCompressed(name + ".gz", Encoding.UTF8.GetBytes("\uFEFF" + content))]));
    }

    [Theory]
    [InlineData("a.jsonl", "{\"text\":\"a\"}\n{\"txt\":\"b\"}\n", "line 2: no field \"text\"")]
    [InlineData("a.jsonl", "\n{\"text\":\"a\"", "line 2: not valid JSON")]
    [InlineData("a.jsonl", "{\"text\":null}", "line 1: the field \"text\" is not a string")]
    [InlineData("a.jsonl", "{\"text\":\"a\"} x", "line 1: not valid JSON")]
    [InlineData("a.jsonl", "[1]", "line 1: neither an object nor a string")]
    [InlineData("a.json", "[{\"text\":\"a\"},{\"txt\":[1,{}]}]", "element 2 has no field \"text\"")]
    [InlineData("a.json", "[\"a\"", "not valid JSON")]
    [InlineData("a.json", "[\"a\",1]", "element 2 is neither")]
    [InlineData("a.json", "{\"text\":\"a\"}", "not a JSON array")]
    [InlineData("a.json", "", "")]
    [InlineData("a.json", "[] []", "not valid JSON")]
    [InlineData("a.txt.gz", "plain", "not a gzip file")]
    [InlineData("a.txt.gz", "", "not a gzip file")]
    public void A_file_that_is_not_what_it_says_is_named(string name, string content, string problem)
    {
        string path = _folder.Write(name, content);
        var error = Assert.Throws<InvalidFileException>(() => Texts([path]));
        Assert.Equal(path, error.Path);
        Assert.Contains(problem, error.Message);
    }

    [Fact]
    public void Cut_or_damaged_gzip_is_an_error()
    {
        byte[] text = new byte[300_000];
        new Random(1).NextBytes(text);
        foreach (byte[] gzip in new[] { Gzip.Compress(text), Gzip.Compress("one line"u8.ToArray()) })
        {
            foreach (int lost in new[] { 1, 4, 8, 9, gzip.Length / 2, gzip.Length - 10, gzip.Length - 2 })
                Assert.Throws<InvalidFileException>(() => Texts([_folder.Write("cut.txt.gz", gzip[..^lost])]));
            Assert.Throws<InvalidFileException>(() => Texts([_folder.Write("tail.txt.gz", [.. gzip, 1, 2, 3])]));
            gzip[^6] ^= 1; // the checksum
            Assert.Throws<InvalidFileException>(() => Texts([_folder.Write("damaged.txt.gz", gzip)]));
        }
    }

    [Fact]
    public void Gzip_members_are_joined()
    {
        byte[] large = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 100_000)));
        byte[] gzip = [.. Gzip.Compress(large), .. Gzip.Compress("é\n\nb"u8.ToArray())];
        Assert.Equal([Encoding.UTF8.GetString(large) + "é", "b"], Texts([_folder.Write("a.txt.gz", gzip)]));
    }

    [Fact]
    public void Invalid_sequences_and_nuls_are_replaced_and_counted()
    {
        // Lone continuation, cut three-byte sequence, overlong, surrogate (three bytes, each invalid alone), NUL.
        string path = _folder.Write(
            "a.txt", [(byte)'a', 0x80, 0xE2, 0x82, (byte)'b', 0xC0, 0xED, 0xA0, 0x80, 0, (byte)'c', 0xE2]);
        var statistics = new CorpusStatistics();
        string text = Assert.Single(Corpus.Open([path], new() { AllowInvalid = true }).ReadDocuments(statistics)).Text;
        Assert.Equal(Encoding.UTF8.GetString(File.ReadAllBytes(path)).Replace('\0', '\uFFFD'), text);
        Assert.Equal((7, 1), (statistics.InvalidSequences, statistics.Nuls));

        statistics = new();
        path = _folder.Write("a.jsonl", [.. "\"\\ud83d\\ude00 \\ud83d \\ude00 \\u0000 "u8, 0xFF, (byte)'"']);
        Assert.Equal(
            "😀 \uFFFD \uFFFD \uFFFD \uFFFD",
            Assert.Single(Corpus.Open([path], new() { AllowInvalid = true }).ReadDocuments(statistics)).Text);
        Assert.Equal((3, 1), (statistics.InvalidSequences, statistics.Nuls));
    }

    [Theory]
    [InlineData("a.txt"), InlineData("a.jsonl"), InlineData("a.json")]
    public void A_long_document_is_cut_at_line_ends_spaces_or_characters(string name)
    {
        string text = new string('x', 40) + "\n" + new string('y', 50) + " "
            + new string('é', 40) + new string('z', 64);
        string json = "\"" + text.Replace("\n", "\\n") + "\"";
        string path = _folder.Write(name, name == "a.txt" ? text : name == "a.json" ? $"[{json}]" : json);
        var statistics = new CorpusStatistics();
        var pieces = Corpus.Open([path], new() { MaxDocumentBytes = 65 }).ReadDocuments(statistics).Select(d => d.Text)
            .ToList();
        Assert.Equal(text, string.Concat(pieces));
        Assert.All(pieces, piece => Assert.InRange(Encoding.UTF8.GetByteCount(piece), 1, 65));
        Assert.Equal([new string('x', 40) + "\n", new string('y', 50) + " "], pieces[..2]);
        Assert.DoesNotContain('\uFFFD', text);
        Assert.Equal((1, pieces.Count), (statistics.CutDocuments, statistics.Documents));
    }

    [Fact]
    public void Values_larger_than_the_first_buffer_come_whole()
    {
        string large = string.Concat(Enumerable.Range(0, 200_000).Select(i => $"{i} "));
        Assert.Equal(
            [large, "b"], Texts([_folder.Write("a.json", $"[\"{large}\",{{\"x\":\"{large}\",\"text\":\"b\"}}]")]));
        Assert.Equal([large, "b"], Texts([_folder.Write("a.jsonl", $"\"{large}\"\n\"b\"")]));
        Assert.Equal([large.Replace(" ", ".\n").TrimEnd()], Texts([_folder.Write("a.txt", large.Replace(" ", ".\n"))]));
    }

    [Fact]
    public void Folders_and_patterns_come_in_ordinal_order()
    {
        _folder.Write("b.txt", "b");
        _folder.Write("B.jsonl", "\"B\"");
        _folder.Write("README.md", "no");
        _folder.Write(".hidden.txt", "no");
        _folder.WriteCompressed("a10.txt.gz", "a10"u8.ToArray());
        _folder.Write("a9.txt", "a9");
        Assert.Equal(["B", "a10", "a9", "b"], Texts([_folder.Path]));
        Assert.Equal(
            ["b", "a10", "a9"], Texts([Path.Combine(_folder.Path, "b.txt"), Path.Combine(_folder.Path, "a*")]));
    }

    [Fact]
    public void What_leads_to_no_text_is_refused()
    {
        Assert.Throws<LociException>(() => Corpus.Open([]));
        Assert.Contains(
            "no such file",
            Assert.Throws<LociException>(() => Corpus.Open([Path.Combine(_folder.Path, "x.txt")])).Message);
        Assert.Throws<LociException>(() => Corpus.Open([_folder.Path]));
        Assert.Throws<LociException>(() => Corpus.Open([Path.Combine(_folder.Path, "*.txt")]));
        Assert.Contains(
            ".parquet",
            Assert.Throws<UnsupportedException>(() => Corpus.Open([_folder.Write("a.parquet", "x")])).Message);
        var corpus = Corpus.Open([_folder.Write("a.txt", "x")]);
        File.Delete(corpus.Paths[0]);
        Assert.Contains(
            "a.txt: there is no such file", Assert.Throws<LociException>(() => corpus.ReadDocuments().Count()).Message);
    }

    [Fact]
    public void Sentences_are_numbered_over_all_files_and_counted()
    {
        string[] paths =
        [
            _folder.Write("a.txt", "One. Two.\n\nThree."), _folder.Write("b.jsonl", "\"Four. Five.\"\n\"\""),
        ];
        var corpus = Corpus.Open(paths);
        var statistics = new CorpusStatistics();
        Sentence[] expected = [new(0, "One."), new(1, "Two."), new(2, "Three."), new(3, "Four."), new(4, "Five.")];
        Assert.Equal(expected, corpus.ReadSentences(statistics: statistics));
        Assert.Equal((4, 5, 26), (statistics.Documents, statistics.Sentences, statistics.Characters));
        Assert.Equal(corpus.TotalBytes, statistics.BytesRead);
        Assert.Equal(expected[..4], corpus.ReadSentences(maxSentences: 4));
        Assert.Empty(corpus.ReadSentences(maxSentences: 0));
        Assert.Equal([0, 0, 1, 1], corpus.ReadDocuments().Select(document => document.File));
    }

    [Fact]
    public void Files_are_known_by_length_and_hash()
    {
        byte[] bytes = new byte[1_000_003];
        new Random(2).NextBytes(bytes);
        var file = Assert.Single(Corpus.Open([_folder.Write("a.txt", bytes)]).HashFiles());
        Assert.Equal((bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes))), (file.Length, file.Sha256));
    }

    private static string[] Texts(string[] paths, CorpusOptions? options = null) =>
        [.. Corpus.Open(paths, options).ReadDocuments().Select(document => document.Text)];
}
