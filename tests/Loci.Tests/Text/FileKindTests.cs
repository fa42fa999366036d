using System.Diagnostics;
using System.Text;
using CsCheck;
using Loci.Text;

namespace Loci.Tests.Text;

/// <summary>A file is what its first bytes say, whatever it is called.</summary>
public sealed class FileKindTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<byte[], string> Kinds { get; } = new()
    {
        { [0x28, 0xB5, 0x2F, 0xFD, 0, 0], "zstd -d" },
        { [.. "BZh9"u8, 0x31, 0x41, 0x59, 1], "bunzip2" },
        { [0xFD, .. "7zXZ\0"u8, 0], "unxz" },
        { [.. "PK\x03\x04"u8, 0, 0, 8, 8], "zip archive" },
        { [0x80, 2, 0x8A, 0x0A, 0x6C], "Python pickle" },
        { [0x80, 4, 0x95, 0x0A, 0x6C], "Python pickle" },
        { [.. "GGUF"u8, 3, 0, 0, 0], "GGUF model" },
        { [.. "PAR1"u8, 0x15, 4, 0x15], "Parquet table" },
        { [0x89, .. "HDF\r\n"u8, 0x1A], "HDF5" },
        { [.. "version https://git-lfs.github.com/spec/v1\noid sha256:"u8], "git lfs pull" },
        { [.. "SQLite format 3\0"u8], "SQLite" },
        { [.. "%PDF-1.7\n%"u8, 0xE2, 0xE3, 0xCF, 0xD3, .. "\n1 0 obj"u8], "PDF" },
        { [0x7F, .. "ELF"u8, 2, 1, 1, 0], "program" },
        { [30, 0, 0, 0, 0, 0, 0, 0, .. "{\"a\":{}}"u8], "safetensors" },
    };

    [Theory, MemberData(nameof(Kinds))]
    public void What_is_no_text_is_named(byte[] start, string says)
    {
        foreach (string name in (string[])["a.txt", "a.jsonl", "a.json", "a"])
        {
            string path = _folder.Write(name, start);
            Assert.Contains(says, Assert.Throws<InvalidFileException>(() => Texts(path)).Message);
        }
        Assert.Contains(
            says, Assert.Throws<UnsupportedException>(() => Corpus.Open([_folder.Write("a.other", start)])).Message);
        Assert.Contains(
            says,
            Assert.Throws<InvalidFileException>(() => Texts(_folder.Write("b.txt", Gzip.Compress(start)))).Message);
    }

    [Theory]
    [InlineData("PAR1 is a mark of four letters."), InlineData("GGUF files hold models."),
        InlineData("BZhang wrote this."), InlineData("{ is a brace"),
        InlineData("[1] A note."), InlineData("[sic] was written"), InlineData("%PDF-1.7 begins a document"),
        InlineData("{}"), InlineData("<html>")]
    public void Text_that_begins_as_another_format_is_text(string text) =>
        Assert.Equal([text], Texts(_folder.Write("a.txt", text)));

    [Theory]
    [InlineData("{\"text\":\"a\"}\n{\"text\":\"b\"}\n", ".jsonl"), InlineData("{\"text\":\"a\"}", ".jsonl"),
        InlineData("[{\"text\":\"a\"}]", ".json"),
        InlineData("[\n \"a\", \"b\"]", ".json")]
    public void Json_that_is_called_text_is_told_its_name(string content, string ending) =>
        Assert.Contains(
            ending, Assert.Throws<InvalidFileException>(() => Texts(_folder.Write("a.txt", content))).Message);

    [Fact]
    public void Gzip_is_looked_through_under_any_name() =>
        Assert.Equal(["é text"], Texts(_folder.Write("a.txt", Gzip.Compress(Encoding.UTF8.GetBytes("é text")))));

    [Fact]
    public void Utf16_and_Utf32_are_read_by_their_mark() =>
        Gen.Select(
            Gen.Int[0, 3],
            Gen.OneOf(Gen.Char[' ', '~'], Gen.Char['\u00A0', '\uD7FF'], Gen.Char['\uE000', '\uFFFD']).Array[1, 300],
            Gen.Int[0, 40], Gen.Bool)
            .Sample((which, characters, emoji, compressed) =>
            {
                Encoding encoding = which switch
                {
                    0 => new UnicodeEncoding(
                        bigEndian: false, byteOrderMark: true), 1 => new UnicodeEncoding(true, true),
                    2 => new UTF32Encoding(false, true), _ => new UTF32Encoding(true, true),
                };
                string text = "x" + new string(characters) + string.Concat(Enumerable.Repeat("😀", emoji)) + "x";
                byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes(text)];
                string path = _folder.Write("a.txt", compressed ? Gzip.Compress(bytes) : bytes);
                Assert.Equal([text], Texts(path));
                Assert.Equal(text, TextFile.ReadAll(path));
            }, iter: 300, threads: 1, seed: "0000KOIXPhL4");

    [Fact]
    public void Wide_text_longer_than_a_block_comes_whole()
    {
        string text = string.Concat(Enumerable.Range(0, 60_000).Select(i => i % 7 == 0 ? "😀" : $"{i} "));
        foreach (var encoding in (Encoding[])[Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32])
            Assert.Equal(
                [text], Texts(_folder.Write("a.txt", [.. encoding.GetPreamble(), .. encoding.GetBytes(text)])));
    }

    [Fact]
    public void What_is_no_character_in_wide_text_is_counted()
    {
        byte[] bytes =
        [
            0xFF, 0xFE, .. Encoding.Unicode.GetBytes("a"), 0x3D, 0xD8, .. Encoding.Unicode.GetBytes("b"), 0x00, 0xDE, 7,
        ];
        var statistics = new CorpusStatistics();
        var corpus = Corpus.Open([_folder.Write("a.txt", bytes)], new() { AllowInvalid = true });
        Assert.Equal("a\uFFFDb\uFFFD\uFFFD", Assert.Single(corpus.ReadDocuments(statistics)).Text);
        Assert.Equal(3, statistics.InvalidSequences);
    }

    [Theory]
    [
        InlineData(100, 1, false), InlineData(99, 1, true), InlineData(100_000, 1_000, false),
        InlineData(100_000, 1_011, true),
    ]
    public void More_than_one_character_in_a_hundred_is_an_error(int characters, int invalid, bool refused)
    {
        byte[] bytes = [.. Enumerable.Repeat((byte)'a', characters)];
        for (int i = 0; i < invalid; i++) bytes[i * (characters / invalid)] = 0xE9;
        foreach (string path in
            (string[])[_folder.Write("a.txt", bytes), _folder.Write("a.jsonl", [(byte)'"', .. bytes, (byte)'"'])])
        {
            if (!refused) Assert.Single(Texts(path));
            else Assert.Contains("--allow-invalid", Assert.Throws<InvalidFileException>(() => Texts(path)).Message);
            Assert.Single(Corpus.Open([path], new() { AllowInvalid = true }).ReadDocuments());
        }
    }

    [Fact]
    public void Damage_behind_the_first_buffer_is_an_error_too()
    {
        byte[] bytes = [.. Enumerable.Repeat("a line of text\n"u8.ToArray(), 20_000).SelectMany(line => line)];
        Array.Fill(bytes, (byte)0xE9, 200_000, 50_000);
        Assert.Contains(
            "are not UTF-8", Assert.Throws<InvalidFileException>(() => Texts(_folder.Write("a.txt", bytes))).Message);
    }

    [Fact]
    public void Utf16_without_a_mark_is_recognised() => Assert.Contains(
        "UTF-16 without a byte order mark",
        Assert.Throws<InvalidFileException>(
            () => Texts(_folder.Write("a.txt", Encoding.Unicode.GetBytes("some text")))).Message);

    [Theory]
    [InlineData("a.jsonl"), InlineData("a.jsonl.gz"), InlineData("a.json")]
    public void A_line_is_bounded_as_a_document_is(string name)
    {
        byte[] line =
        [
            (byte)(name == "a.json" ? '[' : ' '), (byte)'"', .. Enumerable.Repeat((byte)'a', 40 << 20), (byte)'"',
            (byte)(name == "a.json" ? ']' : '\n'),
        ];
        string path = _folder.Write(name, name.EndsWith(".gz", StringComparison.Ordinal) ? Gzip.Compress(line) : line);
        Assert.Contains("longer than 16777216 bytes", Assert.Throws<InvalidFileException>(() => Texts(path)).Message);
    }

    [Fact]
    public void Pipes_devices_and_folders_are_refused_unopened()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "pipes and devices are told apart on Linux");
        string pipe = _folder["pipe.txt"];
        using (var make = Process.Start("mkfifo", pipe)) make.WaitForExit();
        Assert.Contains("is a pipe", Assert.Throws<LociException>(() => Corpus.Open([pipe])).Message);
        Assert.Contains("is a device", Assert.Throws<LociException>(() => Corpus.Open(["/dev/zero"])).Message);
        Assert.Contains(
            "is a pipe", Assert.ThrowsAny<LociException>(() => Loci.Checkpoints.SafetensorsFile.Open(pipe)).Message);
        Assert.Contains("is a pipe", Assert.Throws<LociException>(() => Loci.Models.Model.Open(pipe)).Message);
        Assert.Contains("is a pipe", Assert.Throws<LociException>(() => TextFile.Open(pipe)).Message);
        Assert.Contains("is a folder", Assert.Throws<LociException>(() => TextFile.Open(_folder.Path)).Message);
        File.CreateSymbolicLink(_folder["link.txt"], "/dev/null");
        Assert.Contains("is a device", Assert.Throws<LociException>(() => TextFile.Open(_folder["link.txt"])).Message);
    }

    private static string[] Texts(string path) =>
        [.. Corpus.Open([path]).ReadDocuments().Select(document => document.Text)];
}
