using System.CommandLine;
using Paint.Files;
using Paint.Measuring;
using Paint.Model;
using Paint.Pictures;

namespace Paint.Commands;

/// <summary><c>paint measure</c></summary>
internal static class MeasureCommand
{
    public static Command Create()
    {
        var targets = new Option<int>("--targets")
        {
            Description = "Held-out targets of random strokes, a multiple of 4", DefaultValueFactory = _ => 500,
        };
        targets.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 4 or > 100_000 || result.GetValueOrDefault<int>() % 4 != 0)
                result.AddError("--targets must be a multiple of 4 from 4 to 100,000.");
        });
        var side = new Option<int>("--side")
        {
            Description = "Pixels along the side of the pictures", DefaultValueFactory = _ => 256,
        };
        side.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 16 or > 1024) result.AddError("--side must be from 16 to 1024.");
        });
        var folder = new Option<string?>("--out") { Description = "Folder for the pictures and their paintings" };
        var (model, threads) = (Shared.Model(), Shared.Threads());
        var command = new Command(
            "measure", "The predictor against unchanged canvas, random strokes and hill climbing")
        {
            targets, side, folder, model, threads,
        };
        command.SetAction(result => Run(
            StrokePredictor.Open(result.GetRequiredValue(model)), result.GetValue(targets), result.GetValue(side),
            result.GetValue(folder), result.GetValue(threads)));
        return command;
    }

    private static void Run(StrokePredictor predictor, int targets, int side, string? folder, int threads)
    {
        var (ways, matched, others) = SyntheticMeasurement.Run(predictor, targets);
        Console.WriteLine($"| {targets} held-out targets | error of a pixel | strokes | seconds |");
        Console.WriteLine("|---|---|---|---|");
        foreach (var way in ways)
            Console.WriteLine(
                $"| {way.Name} | {way.Error.Text("0.0000")} | {way.Strokes:0.00} | {way.Seconds:0.0} |");
        Console.WriteLine(
            $"\nError of a matched stroke's numbers: {matched.Text("0.000")}; matched to others' strokes: "
            + $"{others.Text("0.000")}\n");
        var pictures = OwnPictures.All(side).Select(
            item => (item.Picture,
                Result: PictureMeasurement.Run(predictor, item.Name, item.Picture, threads))).ToArray();
        Console.WriteLine(
            $"| {side} × {side} | one colour | random strokes | hill climbing (s) | predictor (s) | strokes |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var (_, r) in pictures)
            Console.WriteLine(
                $"| {r.Name} | {r.Unchanged:0.0000} | {r.Random:0.0000} | {r.Climbed:0.0000} "
                + $"({r.ClimbingSeconds:0.0}) | {r.Painted:0.0000} ({r.PaintingSeconds:0.00}) | "
                + $"{r.Painting.Strokes.Count} |");
        Console.WriteLine("\n| strokes: error, by layer | " + string.Join(
            " | ", pictures[0].Result.Layers.Select((_, i) => $"{i}")) + " |");
        Console.WriteLine("|---|" + string.Concat(pictures[0].Result.Layers.Select(_ => "---|")));
        foreach (var (_, r) in pictures)
            Console.WriteLine(
                $"| {r.Name} | {string.Join(" | ", r.Layers.Select(
                layer => $"{layer.Strokes}: {layer.Error:0.0000}"))} |");
        var engines = EngineRatio.Measure(predictor, threads);
        Console.WriteLine(
            $"\n{engines.Patches} patches on {threads} threads: {engines.Managed:0} ms, the same network in Torch "
            + $"{engines.Torch:0} ms: {engines.Ratio:0.00} times as fast (median of neighbouring turns)");
        if (folder is null) return;
        Directory.CreateDirectory(folder);
        foreach (var (picture, r) in pictures)
        {
            PictureFile.Save(Path.Combine(folder, $"{r.Name}.png"), PictureFile.Png(picture));
            PictureFile.Save(Path.Combine(folder, $"{r.Name}-painted.png"), PictureFile.Png(r.Painting.Render()));
        }
    }
}
