using System.IO.Compression;
using System.Text;
using CsCheck;
using Loci.Text;

namespace Loci.Tests.Text;

/// <summary>What an index finds is what a pass from the start finds.</summary>
public class SentenceIndexTests
{
    private static readonly string[] s_names =
        ["a.txt", "b.jsonl", "c.json", "d.txt.gz", "e.jsonl.gz", "wide.txt", "invalid.txt", "mark.txt", "long.txt"];

    [Fact]
    public void Any_range_of_any_corpus_reads_as_in_a_whole_pass() => Gen.Int[0, 1_000_000].Sample(seed =>
    {
        using var folder = new TemporaryFolder();
        var random = new Random(seed);
        string[] paths = [.. Enumerable.Range(0, random.Next(1, 4)).Select(i => WriteFile(folder, random, i))];
        var options = new CorpusOptions
        {
            Boundary = (DocumentBoundary)random.Next(3),
            MaxDocumentBytes = random.Next(2) == 0 ? 64 : 16 << 20,
            AllowInvalid = true,
        };
        var corpus = Corpus.Open(paths, options);
        var unit = (SentenceUnit)random.Next(3);
        long? most = random.Next(3) == 0 ? random.Next(1, 300) : null;
        var statistics = new CorpusStatistics();
        Sentence[] all = [.. corpus.ReadSentences(unit, most ?? long.MaxValue, statistics)];

        SentenceIndexFile.Save(folder["index"], SentenceIndexer.Index(corpus, unit, most, folder.Path));
        var index = SentenceIndexFile.Load(folder["index"]);

        Assert.Equal(all.Length, index.Sentences);
        Assert.Equal(statistics.InvalidSequences + statistics.Nuls, index.Replaced);
        for (int trial = 0; trial < 8; trial++)
        {
            int first = random.Next(index.Blocks.Count + 1), end = random.Next(first, index.Blocks.Count + 1);
            Assert.Equal(
                all.Where(s => s.Index / SentenceIndex.BlockSize >= first && s.Index / SentenceIndex.BlockSize < end),
                index.Read(first, end));
        }
        long[] some = [.. all.Select(s => s.Index).Where(_ => random.Next(20) == 0)];
        Assert.Equal(some.Select(id => all[id]), index.Read(some));
    }, iter: 60);

    [Fact]
    public void Other_text_is_never_read_in_its_place()
    {
        using var folder = new TemporaryFolder();
        string[] lines = [.. Enumerable.Range(0, 400).Select(i => $"The number is {i:d4}.")];
        File.WriteAllLines(folder["a.txt"], lines);
        var corpus = Corpus.Open([folder["a.txt"]]);
        var index = SentenceIndexer.Index(corpus, SentenceUnit.Line, null, folder.Path);
        lines[130] = "The number is XXXX.";
        File.WriteAllLines(folder["a.txt"], lines);
        Assert.Equal(128, index.Read(0, 2).Count());
        var error = Assert.Throws<LociException>(() => index.Read(2, 3).Count());
        Assert.Contains("sentences 128 to 191", error.Message, StringComparison.Ordinal);
        File.WriteAllLines(folder["a.txt"], lines[..200]);
        Assert.Throws<LociException>(() => index.Read(6, 7).Count());
    }

    [Fact]
    public void A_damaged_index_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.txt"], "One. Two. Three.");
        var corpus = Corpus.Open([folder["a.txt"]]);
        SentenceIndexFile.Save(folder["i"],
            SentenceIndexer.Index(corpus, SentenceUnit.Sentence, null, folder.Path));
        byte[] bytes = File.ReadAllBytes(folder["i"]);
        for (int at = 0; at < bytes.Length; at += 3)
        {
            bytes[at] ^= 4;
            File.WriteAllBytes(folder["i"], bytes);
            Assert.Throws<InvalidFileException>(() => SentenceIndexFile.Load(folder["i"]));
            bytes[at] ^= 4;
        }
    }

    private static string WriteFile(TemporaryFolder folder, Random random, int number)
    {
        string name = $"{number}{s_names[random.Next(s_names.Length)]}", path = folder[name];
        string[] documents = [.. Enumerable.Range(0, random.Next(0, 120)).Select(_ => Document(random))];
        byte[] bytes = name.Contains(".json", StringComparison.Ordinal)
            ? Encoding.UTF8.GetBytes(Json(documents, lines: name.Contains(".jsonl", StringComparison.Ordinal)))
            : Encoding.UTF8.GetBytes(string.Join(random.Next(2) == 0 ? "\n\n" : "\n<|endoftext|>\n", documents));
        if (name.Contains("wide", StringComparison.Ordinal))
            bytes = [.. Encoding.Unicode.GetPreamble(),
                .. Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(bytes))];
        if (name.Contains("mark", StringComparison.Ordinal)) bytes = [0xEF, 0xBB, 0xBF, .. bytes];
        if (name.Contains("invalid", StringComparison.Ordinal))
            for (int i = 0; i < bytes.Length; i += 97) bytes[i] = random.Next(2) == 0 ? (byte)0xFF : (byte)0;
        using var file = File.Create(path);
        using Stream target = name.EndsWith(".gz", StringComparison.Ordinal)
            ? new GZipStream(file, CompressionLevel.Fastest) : file;
        target.Write(bytes);
        target.Write("\n"u8); // of nothing at all no gzip file is made
        return path;
    }

    private static string Json(string[] documents, bool lines)
    {
        var values = documents.Select(text => System.Text.Json.JsonSerializer.Serialize(new { id = 1, text }));
        return lines ? string.Join('\n', values) : $"[{string.Join(",\n", values)}]";
    }

    private static string Document(Random random)
    {
        var text = new StringBuilder();
        for (int s = random.Next(0, 9); s > 0; s--)
        {
            for (int w = random.Next(1, 9); w > 0; w--)
                text.Append(random.Next(12) switch { 0 => "Straße", 1 => "\"ja\"", 2 => "\\n", 3 => "日本", _ => "word" })
                    .Append(' ');
            text.Append(random.Next(4) switch { 0 => ".\n", 1 => ".\r\n", 2 => "! ", _ => ". " });
        }
        return text.ToString();
    }
}
