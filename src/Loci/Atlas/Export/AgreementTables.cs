using Loci.Atlas.Agreement;

namespace Loci.Atlas.Export;

/// <summary>The files cell_agreement and agreement.</summary>
internal static class AgreementTables
{
    public static Task<ParquetTable> CellsAsync(AtlasFile atlas, string path, CancellationToken cancellation)
    {
        var layer = new ValueColumn<int>("layer");
        var cell = new ValueColumn<int>("cell");
        var pole = new TextColumn("pole");
        var readout = new TextColumn("readout");
        var token = new ValueColumn<int>("token");
        var text = new TextColumn("text");
        var next = new OptionalColumn<bool>("next");
        var copy = new ValueColumn<bool>("copy");
        var agreeing = new ValueColumn<int>("agreeing");
        var counted = new ValueColumn<int>("counted");
        var p = new ValueColumn<double>("p");
        var q = new ValueColumn<double>("q");
        string[] vocabulary = atlas.TokenTexts();
        return Writing.AllAsync(
            new(path, atlas.Manifest, cancellation, layer, cell, pole, readout, token, text, next, copy, agreeing,
                counted, p, q),
            atlas.AllCellAgreement,
            each =>
            {
                layer.Add(each.Cell.Layer);
                cell.Add(each.Cell.Index);
                pole.Add(Writing.Name(each.Cell.Pole));
                readout.Add(Writing.Name(each.Readout));
                token.Add(each.Token);
                text.Add(vocabulary[each.Token]);
                next.Add(each.Next);
                copy.Add(each.Copy);
                agreeing.Add(each.Agreeing);
                counted.Add(each.Counted);
                p.Add(each.P);
                q.Add(each.Q);
            });
    }

    public static Task<ParquetTable> LayersAsync(AtlasFile atlas, string path, CancellationToken cancellation)
    {
        var layer = new ValueColumn<int>("layer");
        var pole = new TextColumn("pole");
        var readout = new TextColumn("readout");
        var kind = new TextColumn("kind");
        var cells = new ValueColumn<int>("cells");
        var agreeing = new ValueColumn<int>("agreeing");
        var expected = new ValueColumn<double>("expected");
        var variance = new ValueColumn<double>("variance");
        var z = new OptionalColumn<double>("z");
        var p = new ValueColumn<double>("p");
        var frequency = new OptionalColumn<double>("frequency");
        var precision = new ValueColumn<double>("precision");
        var precision50 = new OptionalColumn<double>("precision_50");
        var significant = new ValueColumn<int>("significant");
        return Writing.AllAsync(
            new(path, atlas.Manifest, cancellation, layer, pole, readout, kind, cells, agreeing, expected, variance, z,
                p, frequency, precision,
                precision50, significant),
            from each in atlas.Agreement()
            from test in ((string, AgreementTest)[])[("next", each.Next), ("copy", each.Copy)]
            select (Layer: each, Kind: test.Item1, Test: test.Item2),
            row =>
            {
                layer.Add(row.Layer.Layer);
                pole.Add(Writing.Name(row.Layer.Pole));
                readout.Add(Writing.Name(row.Layer.Readout));
                kind.Add(row.Kind);
                cells.Add(row.Test.Cells);
                agreeing.Add(row.Test.Agreeing);
                expected.Add(row.Test.Expected);
                variance.Add(row.Test.Variance);
                z.Add(row.Test.Z);
                p.Add(row.Test.P);
                frequency.Add(row.Test.Frequency);
                precision.Add(row.Layer.Precision.Mean);
                precision50.Add(row.Layer.Precision.Mean50);
                significant.Add(row.Layer.Precision.Significant);
            });
    }
}
