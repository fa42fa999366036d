using Loci.Atlas;
using Loci.Memory.Recall;

namespace Loci.Tests.Atlas;

/// <summary>
/// Flips single bits of a file, asks the same questions of it each time, and finds every answer that is neither the
/// right one nor an error.
/// </summary>
internal static class FlipSweep
{
    private static readonly string[] s_searched = ["the", "princess", "s", " Ж", "zzz"];

    /// <summary>How a sweep ended.</summary>
    /// <param name="Errors">Flips that were noticed.</param>
    /// <param name="Same">Flips that changed no answer.</param>
    /// <param name="Wrong">The others: byte and bit, and what was answered or thrown.</param>
    internal sealed record Outcome(int Errors, int Same, IReadOnlyList<string> Wrong);

    /// <param name="whole">The file's bytes.</param>
    /// <param name="bits">Bits to flip, numbered through the file.</param>
    /// <param name="answer">Everything the file is asked, as text.</param>
    public static Outcome Run(byte[] whole, IEnumerable<long> bits, Func<string, string> answer)
    {
        int errors = 0, same = 0;
        var wrong = new List<string>();
        using var right = new TemporaryFolder();
        string expected = answer(right.Write("f", whole));
        var threads = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.ForEach(bits.Chunk(256), threads, chunk =>
        {
            using var folder = new TemporaryFolder();
            byte[] bytes = [.. whole];
            foreach (long bit in chunk)
            {
                bytes[bit / 8] ^= (byte)(1 << (int)(bit % 8));
                try
                {
                    if (answer(folder.Write("f", bytes)) == expected) Interlocked.Increment(ref same);
                    else lock (wrong) wrong.Add($"byte {bit / 8}, bit {bit % 8}: another answer");
                }
                catch (LociException)
                {
                    Interlocked.Increment(ref errors);
                }
                catch (Exception e)
                {
                    lock (wrong) wrong.Add($"byte {bit / 8}, bit {bit % 8}: {e}");
                }
                bytes[bit / 8] ^= (byte)(1 << (int)(bit % 8));
            }
        });
        return new(errors, same, wrong);
    }

    /// <summary>
    /// What show, search, export and report can read of an atlas: every cell alone and all in a row, sentences, tokens,
    /// agreement, layers, manifest, searches with and without the index, and the exported tables.
    /// </summary>
    public static string Of(string path)
    {
        var text = new System.Text.StringBuilder();
        using var atlas = AtlasFile.Open(path);
        foreach (var (key, json) in Loci.Atlas.Storage.ManifestRows.Write(atlas.Manifest)) text.AppendLine(
            $"{key} {json}");
        foreach (var layer in atlas.Layers)
        {
            text.AppendLine($"{layer}");
            for (int index = 0; index < layer.Cells; index++)
            {
                Append(text, atlas.Cell(new(layer.Layer, index)));
                foreach (var pole in atlas.Manifest.Spec.Poles)
                {
                    var id = new CellId(layer.Layer, index, pole);
                    text.AppendJoin('\n', atlas.Agreement(id)).AppendLine();
                    foreach (var trigger in atlas.Triggers(id)) Append(text, atlas.Sentence(trigger));
                }
            }
        }
        foreach (var cell in atlas.Cells) Append(text, cell);
        foreach (var sentence in atlas.AllSentences) Append(text, sentence);
        text.AppendJoin('\n', atlas.Vocabulary).AppendLine();
        for (int token = 0; token < atlas.Manifest.Spec.Vocabulary; token++) text.AppendLine($"{atlas.Token(token)}");
        text.AppendJoin('\n', atlas.AllCellAgreement).AppendLine();
        text.AppendJoin('\n', atlas.Agreement()).AppendLine();
        foreach (string searched in s_searched) Append(text, atlas.Search(searched));
        return text.ToString();
    }

    /// <summary>What a search found, as text.</summary>
    public static void Append(System.Text.StringBuilder text, SearchResult found)
    {
        text.AppendLine($"{found.TriggerCells} {found.TriggerPoles} {found.ValueCells} {found.ValuePoles}");
        foreach (var match in found.Triggers) text.AppendLine(
            $"{match.Cell} {match.Strength:R} {string.Join(' ', match.Triggers)}");
        foreach (var match in found.Values) text.AppendLine($"{match.Cell} {string.Join(' ', match.Tokens)}");
    }

    private static void Append(System.Text.StringBuilder text, AtlasCell cell)
    {
        text.AppendLine(
            $"{cell.Layer}/{cell.Index} {cell.Statistics} {string.Join(' ', cell.Histogram)} {cell.Value.Norm:R}");
        foreach (var pole in Enum.GetValues<Pole>()) text.AppendJoin(' ', cell.Triggers(pole)).AppendLine();
        foreach (var readout in Enum.GetValues<Readout>())
            foreach (var pole in Enum.GetValues<Pole>())
            {
                var end = cell.Value.At(readout).At(pole);
                text.AppendLine($"{end.Probability:R} {end.ZScore:R} {string.Join(' ', end.Tokens)}");
            }
    }

    private static void Append(System.Text.StringBuilder text, AtlasSentence sentence) =>
        text.AppendLine(
            $"{sentence.Id} {sentence.Cut} {string.Join(' ', sentence.Tokens)} {string.Join(' ', sentence.Ends)} "
            + $"{sentence.Text}");
}
