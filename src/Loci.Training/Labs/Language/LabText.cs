using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Loci.Text;
using Loci.Torch.Runs;
using Loci.Worlds;

namespace Loci.Training.Labs.Language;

/// <summary>Where the text of a laboratory comes from.</summary>
/// <param name="Files">What is learned from; null for the generated world.</param>
/// <param name="HeldOutFiles">What is not; null to hold out the end of the text.</param>
/// <param name="HeldOutShare">Share of the characters that is held out.</param>
/// <param name="WorldWords">Words of the world's texts.</param>
internal sealed record LabTextSource(IReadOnlyList<string>? Files, IReadOnlyList<string>? HeldOutFiles,
    double HeldOutShare, long WorldWords)
{
    public string About =>
        Files is null
        ? $"the generated world (seed 1, {WorldWords:#,0} words)"
        : string.Join(", ", Files.Select(Path.GetFileName));
}

/// <summary>
/// The text of a table, as two files beside its runs that every run reads: what is held out is the end of the text, or
/// files of its own, the same for all seeds. A plain text file is one document, or several between separator lines.
/// </summary>
internal static class LabText
{
    // A document is not cut in two for the sake of the exact share, unless it is as long as this part of the text.
    private const double LongDocument = 0.05;

    private static readonly JsonSerializerOptions s_format = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The corpus section of the configs whose text is in a folder.</summary>
    public static CorpusSettings Settings(string folder) => new()
    {
        Files = [Path.Combine(folder, "train.jsonl")], HeldOutFiles = [Path.Combine(folder, "held-out.jsonl")],
    };

    /// <summary>Writes both files, or finds them as they should be.</summary>
    /// <exception cref="LociException">There is no text, or the folder holds another one.</exception>
    public static void Write(LabTextSource source, string folder)
    {
        List<string> learned = Documents(source.Files, source.WorldWords), held;
        if (source.HeldOutFiles is { } files) held = Documents(files, 0);
        else (learned, held) = Split(learned, source.HeldOutShare);
        if (learned.Count == 0 || held.Count == 0)
            throw new LociException(
                $"{source.About}: {learned.Count} documents to learn from and {held.Count} held out; there must be "
                + $"some of both. Is a file empty, or a single line?");
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LociException($"{folder} cannot be made: {e.Message}", e);
        }
        var settings = Settings(folder);
        Keep(settings.Files![0], learned);
        Keep(settings.HeldOutFiles![0], held);
    }

    /// <summary>
    /// Holds out the last share of the characters, cut where a document begins or, in a long one, at a line end.
    /// </summary>
    public static (List<string> Learned, List<string> Held) Split(List<string> documents, double share)
    {
        long total = documents.Sum(document => (long)document.Length),
            border = total - (long)Math.Round(total * share), before = 0;
        for (int i = 0; i < documents.Count; i++)
        {
            string document = documents[i];
            if (before + document.Length < border)
            {
                before += document.Length;
                continue;
            }
            int line = document.IndexOf('\n', (int)Math.Min(border - before, document.Length - 1)) + 1;
            if (document.Length <= LongDocument * total || line <= 0 || line >= document.Length)
                return (documents[..(i + 1)], documents[(i + 1)..]);
            return ([.. documents[..i], document[..line]], [document[line..], .. documents[(i + 1)..]]);
        }
        return (documents, []);
    }

    private static List<string> Documents(IReadOnlyList<string>? files, long words) =>
    [
        .. (files is null
            ? World.Create(1).Documents(1, words).Select(document => document.Text)
            : Corpus.Open(files, new() { Boundary = DocumentBoundary.File }).ReadDocuments()
            .Select(document => document.Text))
        .Where(text => !string.IsNullOrWhiteSpace(text)),
    ];

    private static void Keep(string path, List<string> documents)
    {
        var lines = new StringBuilder();
        foreach (string document in documents)
            lines.Append(new JsonObject { ["text"] = document }.ToJsonString(s_format)).Append('\n');
        byte[] bytes = Encoding.UTF8.GetBytes(lines.ToString());
        if (!File.Exists(path)) AtomicFile.Write(path, bytes);
        else if (!File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes))
            throw new LociException(
                $"{path} is the text of another table; delete its folder, or give another name as --out.");
    }
}
