using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Loci;
using Paint.Files;
using Paint.Model;
using Paint.Painting;
using Paint.Strokes;

namespace Paint.Commands;

/// <summary><c>paint paint IMAGE --out FILE</c></summary>
internal static class PaintCommand
{
    private static readonly string[] s_kinds = [".png", ".svg", ".json"];

    public static Command Create()
    {
        var image = new Argument<string>("IMAGE") { Description = "A PNG or a JPEG" };
        var files = new Option<string[]>("--out")
        {
            Description = "What to write, by its ending: .png, .svg or .json; can be given several times",
            Required = true,
        };
        files.Validators.Add(result =>
        {
            foreach (string file in result.GetValueOrDefault<string[]>() ?? [])
                if (!s_kinds.Contains(Path.GetExtension(file).ToLowerInvariant()))
                    result.AddError($"{file}: the ending must be .png, .svg or .json.");
        });
        var animate = new Option<bool>("--animate")
        {
            Description = "In SVG, let the strokes appear one after the other",
        };
        var force = new Option<bool>("--force") { Description = "Replace files that are there" };
        var (model, threads) = (Shared.Model(), Shared.Threads());
        var command = new Command("paint", "Paint a picture, coarse to fine")
        {
            image, files, animate, model, threads, force,
        };
        command.SetAction(result => Run(
            result.GetRequiredValue(image), result.GetRequiredValue(files), result.GetValue(animate),
            result.GetRequiredValue(model), result.GetValue(threads), result.GetValue(force)));
        return command;
    }

    private static void Run(string image, string[] files, bool animate, string model, int threads, bool force)
    {
        foreach (string file in files)
            if (!force && File.Exists(file))
                throw new LociException($"{file} is there already: give --force to replace it.");
        var target = PictureFile.Read(image);
        var painter = new Painter(StrokePredictor.Open(model));
        double unchanged = target.Distance(Canvas.Filled(target.Width, target.Height, target.Mean()));
        var watch = Stopwatch.StartNew();
        Console.WriteLine(
            $"{image}: {target.Width} × {target.Height}; canvas of one colour: error {Number(unchanged)}");
        var painting = painter.Paint(target, threads, (layer, canvas, strokes) =>
            Console.WriteLine($"layer {layer}: {strokes} strokes so far, error {Number(canvas.Distance(target))}"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{painting.Strokes.Count} strokes in {watch.Elapsed.TotalSeconds:0.00} s"));
        foreach (string file in files)
        {
            PictureFile.Save(file, Path.GetExtension(file).ToLowerInvariant() switch
            {
                ".png" => PictureFile.Png(painting.Render()),
                ".svg" => Encoding.UTF8.GetBytes(StrokeFiles.Svg(painting, animate)),
                _ => Encoding.UTF8.GetBytes(StrokeFiles.Json(painting)),
            });
            Console.WriteLine(file);
        }
    }

    private static string Number(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}

/// <summary>Options of several commands.</summary>
internal static class Shared
{
    public static Option<string> Model() => new("--model")
    {
        Description = "The predictor; usually the one that comes along",
        DefaultValueFactory = _ => TrainedPredictor.Path,
    };

    public static Option<int> Threads()
    {
        var option = new Option<int>("--threads")
        {
            Description = "Most threads", DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1) result.AddError("--threads must be at least 1.");
        });
        return option;
    }
}
