using Loci.Atlas.Agreement;
using Loci.Memory.Recall;
using Microsoft.Data.Sqlite;

namespace Loci.Atlas.Storage;

/// <summary>The tables cell_agreement, agreement and precision.</summary>
internal static class AgreementRows
{
    private const int NextKind = 0, CopyKind = 1;

    public static void Write(
        SqliteConnection database, AtlasManifest manifest, IEnumerable<(
            CellAgreement[] Cells, LayerAgreement[] Layers)> all,
        IDictionary<string, TableCheck> checks)
    {
        var cells = new List<CellAgreement>();
        var layers = new List<LayerAgreement>();
        foreach (var part in all)
        {
            cells.AddRange(part.Cells);
            layers.AddRange(part.Layers);
        }
        WriteCells(database, manifest, cells, checks);
        WriteLayers(database, layers.OrderBy(each => (each.Layer, each.Pole, each.Readout)), checks);
    }

    public static CellAgreement ReadCell(RowReader row, AtlasModel spec)
    {
        long number = row.Int();
        if (spec.CellAt(number) is not { } at) throw row.Damaged($"there is no cell {number}");
        var cell = new CellId(at.Layer, at.Index, (Pole)row.Int(2, "pole"));
        var agreement = new CellAgreement(
            cell, (Readout)row.Int(2, "readout"), row.Int(spec.Vocabulary, "token"), row.BoolOrNull(), row.Bool(),
            (int)row.Int(), (int)row.Int(), row.Real(), row.Real());
        row.End();
        return agreement;
    }

    /// <summary>The next row of the table agreement, which comes by layer, pole, readout, kind.</summary>
    private static AgreementTest ReadTest(RowReader row, int layer, Pole pole, Readout readout, int kind)
    {
        if (row.Int() != layer || row.Int() != (long)pole || row.Int() != (long)readout || row.Int() != kind)
            throw row.Damaged($"the agreement of layer {layer} is missing");
        var test = new AgreementTest(
            (int)row.Int(), (int)row.Int(), row.Real(), row.Real(), row.Real(), row.RealOrNull());
        row.End();
        return test;
    }

    /// <summary>The next row of the table precision with its tests.</summary>
    public static LayerAgreement ReadLayer(RowReader row, RowReader tests)
    {
        int layer = (int)row.Int();
        var pole = (Pole)row.Int(2, "pole");
        var readout = (Readout)row.Int(2, "readout");
        var precision = new PrecisionSummary((int)row.Int(), row.Real(), row.RealOrNull(), (int)row.Int());
        row.End();
        AgreementTest Test(int kind) =>
            tests.Next() ? ReadTest(tests, layer, pole, readout, kind)
                : throw row.Damaged("rows of agreement are missing");
        return new(layer, pole, readout, Test(NextKind), Test(CopyKind), precision);
    }

    private static void WriteCells(
        SqliteConnection database, AtlasManifest manifest, List<CellAgreement> cells,
        IDictionary<string, TableCheck> checks)
    {
        using var rows = new RowWriter(database, "cell_agreement", 10, checks);
        var first = manifest.Spec.FirstCells();
        foreach (var each in cells.OrderBy(each => (each.Cell.Layer, each.Cell.Index, each.Cell.Pole, each.Readout)))
            rows.Add(first[each.Cell.Layer] + each.Cell.Index).Add((long)each.Cell.Pole).Add((long)each.Readout)
                .Add((long)each.Token).Add(each.Next).Add(each.Copy).Add((long)each.Agreeing).Add((long)each.Counted)
                .Add(each.P).Add(each.Q).End();
    }

    private static void WriteLayers(SqliteConnection database, IEnumerable<LayerAgreement> layers,
        IDictionary<string, TableCheck> checks)
    {
        using var precision = new RowWriter(database, "precision", 7, checks);
        using var tests = new RowWriter(database, "agreement", 10, checks);
        foreach (var each in layers)
        {
            precision.Add((long)each.Layer).Add((long)each.Pole).Add((long)each.Readout).Add((long)each.Precision.Cells)
                .Add(each.Precision.Mean).Add(each.Precision.Mean50).Add((long)each.Precision.Significant).End();
            foreach (var (kind, test) in ((int, AgreementTest)[])[(NextKind, each.Next), (CopyKind, each.Copy)])
                tests.Add((long)each.Layer).Add((long)each.Pole).Add((long)each.Readout).Add((long)kind)
                    .Add((long)test.Cells).Add((long)test.Agreeing).Add(test.Expected).Add(test.Variance).Add(test.P)
                    .Add(test.Frequency).End();
        }
    }
}
