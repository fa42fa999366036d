using Loci.Atlas;
using Loci.Atlas.Agreement;
using Loci.Atlas.Building;
using Loci.Memory.Recall;
using Loci.Models;
using Loci.Models.Constructed;
using Spectre.Console;
using Plain = Spectre.Console.Text;

namespace Loci.Cli;

/// <summary>What a finished build shows: the run, the layers, and where to look next.</summary>
internal static class AtlasOverview
{
    public static void Write(AtlasFile atlas, BuildReport report, Model model)
    {
        var screen = Screen.Results;
        var manifest = atlas.Manifest;
        screen.WriteLine(
            $"{atlas.Path}: {manifest.Spec.Cells:N0} cells, {manifest.Sentences:N0} sentences, "
                + $"{manifest.Prefixes:N0} prefixes, " +
            $"{new FileInfo(atlas.Path).Length / 1e6:f1} MB");
        var times = report.Times;
        double all = Math.Max(1, times.Text + times.Forward + times.Scan);
        screen.WriteLine(
            $"{report.Seconds:f1} s, "
                + $"{BuildProgressView.Count((long)(report.NewPrefixes / Math.Max(report.ObserveSeconds, 1e-9)))} "
                + "prefixes/s: " +
            $"forward {times.Forward / all:p0}, recall {times.Scan / all:p0}, text {times.Text / all:p0}; " +
            $"values and storing {1 - report.ObserveSeconds / Math.Max(report.Seconds, 1e-9):p0} of the time");
        if (manifest.SentencesCut > 0)
            screen.WriteLine(
                $"{manifest.SentencesCut:N0} sentences were cut at the context of {manifest.Context} tokens.");
        if (manifest.InvalidCharacters > 0)
            screen.WriteLine($"{manifest.InvalidCharacters:N0} invalid characters of the corpus were replaced.");
        screen.WriteLine();
        WriteLayers(screen, atlas);
        WriteNext(screen, atlas, model);
    }

    /// <summary>Agreement of keys and values by layer, against chance.</summary>
    public static void WriteLayers(IAnsiConsole screen, AtlasFile atlas)
    {
        var table = new Table
        {
            Border = TableBorder.Simple, Title = new("Does what fires a cell agree with what its value promotes?"),
        };
        // Ten columns that fit a terminal of 80.
        table.AddColumns(
            "\nlayer", "\ndead", "next\ntoken", "by\nchance", "\nz", "\ncopy", "by\nchance", "\nz", "prec.\n@50",
            "raw ≠\nfold.");
        foreach (var column in table.Columns) column.RightAligned().NoWrap().Padding(1, 0);
        foreach (var layer in atlas.Layers)
            foreach (var agreement in
                atlas.Agreement().Where(a => a.Layer == layer.Layer && a.Readout == Readout.Folded))
            {
                bool first = agreement.Pole == Pole.Positive;
                table.AddRow(
                    new Plain($"L{layer.Layer}{(first ? "" : "-")}"), new Plain(first ? $"{layer.Dead}" : ""),
                    Share(agreement.Next.Share), Chance(agreement.Next), Score(agreement.Next),
                    Share(agreement.Copy.Share), Chance(agreement.Copy), Score(agreement.Copy),
                    agreement.Precision.Mean50 is { } at50 ? Share(at50) : new Plain("–"),
                    first ? Share(layer.Disagreement) : new Plain(""));
            }
        screen.Write(table);
        screen.WriteLine(
            $"Shares of cells{(atlas.Manifest.Spec.Gated ? "; - marks the negative pole" : "")}. Chance pairs keys "
                + "and values at random; z is the distance from it in standard deviations.");
        screen.WriteLine();
    }

    private static Plain Share(double share) => new($"{share * 100:f1}%");

    private static Plain Chance(AgreementTest test) => test.Cells == 0 ? new("–") : Share(test.Expected / test.Cells);

    private static Plain Score(AgreementTest test) =>
        test.Z is { } z
            ? new($"{z:f1}", Math.Abs(z) >= 3 ? new Style(decoration: Decoration.Bold) : Style.Plain)
            : new("–");

    private static void WriteNext(IAnsiConsole screen, AtlasFile atlas, Model model)
    {
        var best = SurestCell.Of(atlas);
        if (best is null) return;
        CellCard.Write(screen, atlas, best.Cell, most: 8);
        if (model.Name == Model.ConstructedName)
        {
            var built = ConstructedModel.Instance.Cells.First(
                c => c.Cell.Layer == best.Cell.Layer && c.Cell.Index == best.Cell.Index);
            screen.WriteLine(
                $"{best.Cell} was built to do just that: it {built.Describe(ConstructedModel.Instance.Tokenizer)}.");
            screen.WriteLine();
        }
        // Not through the screen, which would break lines that are there to be copied.
        Console.Out.WriteLine("Look further:");
        Console.Out.WriteLine($"  loci atlas show {atlas.Path} {best.Cell}");
        Console.Out.WriteLine($"  loci atlas search {atlas.Path} \"{TokenText.Word(atlas.Token(best.Token).Text)}\"");
    }
}
