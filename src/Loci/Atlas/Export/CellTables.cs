using Loci.Memory.Recall;

namespace Loci.Atlas.Export;

/// <summary>The files cells, histograms and values.</summary>
internal static class CellTables
{
    public static Task<ParquetTable> CellsAsync(AtlasFile atlas, string path, CancellationToken cancellation)
    {
        var layer = new ValueColumn<int>("layer");
        var cell = new ValueColumn<int>("cell");
        var dead = new ValueColumn<bool>("dead");
        var prefixes = new ValueColumn<long>("prefixes");
        var positive = new ValueColumn<long>("positive");
        var negative = new ValueColumn<long>("negative");
        var max = new ValueColumn<float>("max");
        var min = new ValueColumn<float>("min");
        var mean = new ValueColumn<double>("mean");
        var variance = new ValueColumn<double>("variance");
        var norm = new ValueColumn<float>("norm");
        return Writing.AllAsync(
            new(path, atlas.Manifest, cancellation, layer, cell, dead, prefixes, positive, negative, max, min, mean,
                variance, norm),
            atlas.Cells,
            each =>
            {
                var statistics = each.Statistics;
                layer.Add(each.Layer);
                cell.Add(each.Index);
                dead.Add(statistics.Dead(atlas.Manifest.Spec.Gated));
                prefixes.Add(statistics.Count);
                positive.Add(statistics.Positive);
                negative.Add(statistics.Negative);
                max.Add(statistics.Max);
                min.Add(statistics.Min);
                mean.Add(statistics.Mean);
                variance.Add(statistics.Variance);
                norm.Add(each.Value.Norm);
            });
    }

    public static Task<ParquetTable> HistogramsAsync(AtlasFile atlas, string path, CancellationToken cancellation)
    {
        var layer = new ValueColumn<int>("layer");
        var cell = new ValueColumn<int>("cell");
        var bin = new ValueColumn<int>("bin");
        var low = new ValueColumn<double>("low");
        var high = new ValueColumn<double>("high");
        var prefixes = new ValueColumn<long>("prefixes");
        return Writing.AllAsync(
            new(path, atlas.Manifest, cancellation, layer, cell, bin, low, high, prefixes),
            from each in atlas.Cells
            from counted in each.Histogram.Select((count, at) => (Count: count, Bin: at))
            where counted.Count > 0
            select (Cell: each, counted.Bin, counted.Count),
            row =>
            {
                var (least, most) = CoefficientBins.Magnitudes(row.Bin);
                layer.Add(row.Cell.Layer);
                cell.Add(row.Cell.Index);
                bin.Add(row.Bin);
                low.Add(row.Bin < CoefficientBins.Zero ? -most : least);
                high.Add(row.Bin < CoefficientBins.Zero ? -least : most);
                prefixes.Add(row.Count);
            });
    }

    public static Task<ParquetTable> ValuesAsync(AtlasFile atlas, string path, CancellationToken cancellation)
    {
        var layer = new ValueColumn<int>("layer");
        var cell = new ValueColumn<int>("cell");
        var readout = new TextColumn("readout");
        var end = new TextColumn("end");
        var rank = new ValueColumn<int>("rank");
        var token = new ValueColumn<int>("token");
        var text = new TextColumn("text");
        var logit = new ValueColumn<float>("logit");
        var probability = new ValueColumn<float>("probability");
        var z = new ValueColumn<float>("z");
        string[] vocabulary = atlas.TokenTexts();
        return Writing.AllAsync(
            new(path, atlas.Manifest, cancellation, layer, cell, readout, end, rank, token, text, logit, probability,
                z),
            from each in atlas.Cells
            from how in Enum.GetValues<Readout>()
            from at in Enum.GetValues<Pole>()
            from ranked in each.Value.At(how).At(at).Tokens.Select((scored, i) => (Token: scored, Rank: i + 1))
            select (Cell: each, Readout: how, Pole: at, End: each.Value.At(how).At(at), ranked.Token, ranked.Rank),
            row =>
            {
                layer.Add(row.Cell.Layer);
                cell.Add(row.Cell.Index);
                readout.Add(Writing.Name(row.Readout));
                end.Add(row.Pole == Pole.Positive ? "top" : "bottom");
                rank.Add(row.Rank);
                token.Add(row.Token.Id);
                text.Add(vocabulary[row.Token.Id]);
                logit.Add(row.Token.Logit);
                probability.Add(row.End.Probability);
                z.Add(row.End.ZScore);
            });
    }
}
