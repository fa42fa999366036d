using Loci.Atlas;
using Loci.Memory.Recall;
using Parquet;
using Parquet.Schema;

namespace Loci.Tests.Atlas;

public class AtlasExportTests
{
    [Fact]
    public async Task Parquet_files_hold_what_the_atlas_holds()
    {
        using var folder = new TemporaryFolder();
        var source = new SyntheticAtlas(8, cells: 400, top: 60, sentences: 40).Build();
        AtlasWriter.Write(source, folder["a.atlas"]);
        using var atlas = AtlasFile.Open(folder["a.atlas"]);
        string to = Path.Combine(folder.Path, "out", "deep");
        await AtlasExport.WriteAsync(atlas, to);
        Assert.Equal(
            ["agreement.parquet", "cell_agreement.parquet", "cells.parquet", "histograms.parquet", "sentences.parquet",
                "triggers.parquet", "values.parquet", "vocabulary.parquet"],
            Directory.GetFiles(to).Select(file => Path.GetFileName(file)).Order());

        Assert.Equal(source.CellList.Select(cell => cell.Value.Norm), await Column<float>(to, "cells", "norm"));
        Assert.Equal(source.CellList.Select(cell => cell.Statistics.Dead(source.Manifest.Spec.Gated)),
            await Column<bool>(to, "cells", "dead"));
        Assert.Equal(
            source.CellList.Select(cell => cell.Statistics.Variance), await Column<double>(to, "cells", "variance"));
        var triggers = source.CellList.SelectMany(cell => cell.Positive.Concat(cell.Negative)).ToArray();
        Assert.InRange(triggers.Length, 65_536 / 2, int.MaxValue);
        Assert.Equal(triggers.Select(at => at.Coefficient), await Column<float>(to, "triggers", "coefficient"));
        Assert.Equal(triggers.Select(at => at.Sentence), await Column<long>(to, "triggers", "sentence"));
        Assert.Equal(
            triggers.Select(at => source.SentenceList[at.Sentence].NextToken(at.Position)),
            await Optional<int>(to, "triggers", "next_token"));
        var sentences = triggers.Select(at => source.SentenceList[at.Sentence]).ToArray();
        Assert.Equal(triggers.Zip(sentences, (at, sentence) => sentence.Prefix(at.Position)),
            await Text(to, "triggers", "prefix"));
        Assert.Equal(triggers.Zip(sentences, (at, sentence) => Piece(sentence.Tokens[at.Position])),
            await Text(to, "triggers", "last_text"));
        Assert.Equal(
            triggers.Zip(sentences, (at, sentence) =>
                sentence.NextToken(at.Position) is { } next ? Piece(next)
                : null), await Text(to, "triggers", "next_text"));
        Assert.Equal(source.VocabularyList.Select(token => token.Text), await Text(to, "vocabulary", "text"));
        Assert.Equal(source.VocabularyList.Select(token => token.NextCount),
            await Column<long>(to, "vocabulary", "next_count"));
        Assert.Equal(atlas.AllCellAgreement.Select(each => Piece(each.Token)),
            await Text(to, "cell_agreement", "text"));
        var counted = source.CellList.SelectMany(cell =>
            cell.Histogram.Select((count, bin) => (Count: count, Bin: bin))).Where(each => each.Count > 0).ToArray();
        Assert.Equal(counted.Select(each => each.Count), await Column<long>(to, "histograms", "prefixes"));
        var lows = await Column<double>(to, "histograms", "low");
        var highs = await Column<double>(to, "histograms", "high");
        // Coefficients here are multiples of 1/4: a bin's number follows from any magnitude in it.
        Assert.All(counted.Zip(lows, highs), each => Assert.True(
            each.First.Bin == CoefficientBins.Zero ? (each.Second, each.Third) == (0, 0)
            : CoefficientBins.Of((float)(each.First.Bin > CoefficientBins.Zero ? each.Second
                : each.Third)) == each.First.Bin));
        await using (var file = await ParquetReader.CreateAsync(Path.Combine(to, "triggers.parquet")))
        {
            Assert.Equal($"\"{source.Manifest.ModelHash}\"", file.CustomMetadata["loci.model_hash"]);
            Assert.Equal($"{source.Manifest.Prefixes}", file.CustomMetadata["loci.prefixes"]);
        }
        Assert.Equal(8, AtlasExport.Existing(to).Count);
        string Piece(int token) => source.VocabularyList[token].Text;

        Assert.Equal(atlas.AllSentences.Select(each => each.Text), await Text(to, "sentences", "text"));
        Assert.Equal(source.CellList.Count * 2 * 2 * 3, (await Column<float>(to, "values", "logit")).Count);
        Assert.Equal(
            source.CellList.Select(cell => source.VocabularyList[cell.Value.Folded.Bottom.Prediction].Text),
            (await Text(to, "values", "text")).Where((_, i) => i % 12 == 9));
        Assert.Equal(atlas.AllCellAgreement.Select(each => each.Q), await Column<double>(to, "cell_agreement", "q"));
        Assert.Equal(atlas.AllCellAgreement.Select(each => each.Next),
            await Optional<bool>(to, "cell_agreement", "next"));
        Assert.Equal(
            atlas.Agreement().SelectMany(each => (double[])[each.Next.Expected, each.Copy.Expected]),
            await Column<double>(to, "agreement", "expected"));
    }

    [Fact]
    public async Task An_empty_atlas_and_a_cancelled_export_leave_no_debris()
    {
        using var folder = new TemporaryFolder();
        AtlasWriter.Write(new SyntheticAtlas(8, layers: 0).Build(), folder["a.atlas"]);
        using var atlas = AtlasFile.Open(folder["a.atlas"]);
        string to = Path.Combine(folder.Path, "out");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => AtlasExport.WriteAsync(atlas, to, new CancellationToken(canceled: true)));
        Assert.Empty(Directory.GetFiles(to));
        await AtlasExport.WriteAsync(atlas, to);
        Assert.Empty(await Column<float>(to, "cells", "norm"));
        await Assert.ThrowsAsync<LociException>(() => AtlasExport.WriteAsync(atlas, folder["a.atlas"]));
    }

    private static Task<List<T>> Column<T>(string folder, string file, string column) where T : struct => Read<T, T>(
        folder, file, column, async (group, field, values) =>
        {
            await group.ReadAsync<T>(field, values.AsMemory());
            return values;
        });

    private static Task<List<T?>> Optional<T>(string folder, string file, string column) where T : struct =>
        Read<T?, T?>(
        folder, file, column, async (group, field, values) =>
        {
            await group.ReadAsync(field, values.AsMemory());
            return values;
        });

    private static Task<List<string?>> Text(string folder, string file, string column) => Read<string?, string?>(
        folder, file, column, async (group, field, values) =>
        {
            await group.ReadAsync(field, values.AsMemory());
            return values;
        });

    private static async Task<List<TResult>> Read<T, TResult>(
        string folder, string file, string column, Func<ParquetRowGroupReader, DataField, T[], Task<TResult[]>> read)
    {
        await using var reader = await ParquetReader.CreateAsync(Path.Combine(folder, file + ".parquet"));
        var field = reader.Schema.FindDataField(column);
        var all = new List<TResult>();
        for (int i = 0; i < reader.RowGroupCount; i++)
        {
            using var group = reader.OpenRowGroupReader(i);
            Assert.InRange(group.RowCount, 0, 65_536);
            all.AddRange(await read(group, field, new T[group.RowCount]));
        }
        return all;
    }
}
