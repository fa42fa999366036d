using Loci.Tests;
using Loci.Training.Labs.Language;

namespace Loci.Training.Tests;

public class LabTextTests
{
    [Fact]
    public void The_end_is_held_out_whole_documents_first()
    {
        List<string> documents = [.. Enumerable.Range(0, 100).Select(i => $"document {i:000}")];
        var (learned, held) = LabText.Split(documents, 0.2);
        Assert.Equal(documents, [.. learned, .. held]);
        Assert.Equal(20, held.Count);
    }

    [Fact]
    public void A_long_document_is_cut_at_a_line_end()
    {
        string book = string.Concat(Enumerable.Range(0, 1000).Select(i => $"line {i}\n"));
        var (learned, held) = LabText.Split([book], 0.1);
        Assert.Equal(book, learned.Single() + held.Single());
        Assert.EndsWith("\n", learned.Single(), StringComparison.Ordinal);
        Assert.InRange(held.Single().Length / (double)book.Length, 0.095, 0.1);
    }

    [Fact]
    public void A_text_without_a_line_end_leaves_nothing_held_out_and_is_refused()
    {
        using var folder = new TemporaryFolder();
        folder.Write("one.txt", "a single line without an end"u8.ToArray());
        var error = Assert.Throws<LociException>(
            () => LabText.Write(new([folder["one.txt"]], null, 0.1, 0), folder["text"]));
        Assert.Contains("0 held out", error.Message, StringComparison.Ordinal);
        folder.Write("empty.txt", []);
        error = Assert.Throws<LociException>(
            () => LabText.Write(new([folder["empty.txt"]], null, 0.1, 0), folder["text"]));
        Assert.Contains("empty.txt: 0 documents to learn from", error.Message, StringComparison.Ordinal);
        Assert.Contains("missing.txt",
            Assert.Throws<LociException>(
                () => LabText.Write(new([folder["missing.txt"]], null, 0.1, 0), folder["text"])).Message,
                StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_written_is_what_the_configs_read()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.txt", "Ein Satz «mit» Zeichen.\n\nNoch einer.\n<|endoftext|>\nZweites.\n"u8.ToArray());
        folder.Write("b.txt", "Zurückgehalten, 🜚.\n"u8.ToArray());
        LabText.Write(new([folder["a.txt"]], [folder["b.txt"]], 0.1, 0), folder["text"]);
        var corpus = LabText.Settings(folder["text"]);
        Assert.Equal(2, Loci.Text.Corpus.Open(corpus.Files!).ReadDocuments().Count());
        Assert.Equal(["Zurückgehalten, 🜚."],
            Loci.Text.Corpus.Open(corpus.HeldOutFiles!).ReadDocuments().Select(document => document.Text.Trim()));
        byte[] before = File.ReadAllBytes(corpus.Files![0]);
        LabText.Write(new([folder["a.txt"]], [folder["b.txt"]], 0.1, 0), folder["text"]);
        Assert.Equal(before, File.ReadAllBytes(corpus.Files![0]));
    }
}
