using System.CommandLine;
using System.Globalization;
using Paint.Files;
using Paint.Measuring;
using Paint.Model;
using Paint.Painting;
using Paint.Pictures;
using Paint.Strokes;

namespace Paint.Commands;

/// <summary><c>paint cells</c></summary>
internal static class CellsCommand
{
    private const int Side = 256, Gap = 8;

    public static Command Create()
    {
        var patches = new Option<int>("--patches")
        {
            Description = "Patches of random strokes, a multiple of 8", DefaultValueFactory = _ => 1000,
        };
        patches.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 16 or > 10_000 || result.GetValueOrDefault<int>() % 8 != 0)
                result.AddError("--patches must be a multiple of 8 from 16 to 10,000.");
        });
        var figure = new Option<string?>("--out") { Description = "A PNG: a picture with and without the cells" };
        var model = Shared.Model();
        var command = new Command(
            "cells", "Which cells of the decoder go with place, size and orientation; and what is gone without them")
        {
            patches, figure, model,
        };
        command.SetAction(result => Run(
            StrokePredictor.Open(result.GetRequiredValue(model)), result.GetValue(patches), result.GetValue(figure)));
        return command;
    }

    private static void Run(StrokePredictor predictor, int patches, string? figure)
    {
        var study = new CellStudy(predictor, patches);
        var found = Enum.GetValues<StrokeProperty>().Select(study.Best).ToArray();
        Console.WriteLine("| property | cell | r, where chosen | r, held out | largest by chance | moved without it | "
            + "moved without a control cell |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var cell in found)
        {
            int control = study.Control(cell.Layer, cell.Cell);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {cell.Property} | D{cell.Layer}/{cell.Cell} | {cell.Chosen:0.00} | {cell.HeldOut:0.00} "
                + $"({cell.Low:0.00} to {cell.High:0.00}) | {study.LargestByChance(cell.Property):0.00} | "
                + $"{study.Moved(predictor, cell.Layer, cell.Cell, cell.Property).Text("0.0000")} | "
                + $"{study.Moved(predictor, cell.Layer, control, cell.Property).Text("0.0000")} |"));
        }
        if (figure is null) return;
        var orientation = found.Single(cell => cell.Property == StrokeProperty.Orientation);
        int other = study.Control(orientation.Layer, orientation.Cell);
        var picture = OwnPictures.All(Side).Single(item => item.Name == "flower").Picture;
        PictureFile.Save(figure, PictureFile.Png(Beside(
        [
            new Painter(predictor).Paint(picture).Render(),
            new Painter(predictor) { Show = CellStudy.Without(orientation.Layer, orientation.Cell) }
                .Paint(picture).Render(),
            new Painter(predictor) { Show = CellStudy.Without(orientation.Layer, other) }.Paint(picture).Render(),
        ])));
        Console.WriteLine($"\n{figure}: all cells; without D{orientation.Layer}/{orientation.Cell}; without the "
            + $"control D{orientation.Layer}/{other}");
    }

    private static Canvas Beside(Canvas[] pictures)
    {
        var sheet = Canvas.Filled((Side + Gap) * pictures.Length - Gap, Side, new(1, 1, 1));
        for (int i = 0; i < pictures.Length; i++)
            for (int y = 0; y < Side; y++)
                for (int x = 0; x < Side; x++) sheet[i * (Side + Gap) + x, y] = pictures[i][x, y];
        return sheet;
    }
}
