using System.CommandLine;
using System.Globalization;
using Loci.Reports;
using Loci.Terminal;
using Worldlines.Digits;
using Worldlines.Figures;
using Worldlines.Learning;

namespace Worldlines.Commands;

/// <summary><c>worldlines train | show | measure</c></summary>
internal static class WorldlineCommands
{
    private const int TestPerClass = 100;

    private static readonly int[] s_perClass = [1, 5, 20];

    public static Command Train()
    {
        var (digits, seed) = Shared();
        var examples = Positive("--examples", 20, "Pictures of each class to learn from");
        var folder = new Option<string>("--out")
        {
            Description = "Folder for the routes and their picture", DefaultValueFactory = _ => "worldlines-routes",
        };
        var command = new Command("train", "Learn routes for four digits, and draw them as they form")
        {
            examples, digits, seed, folder,
        };
        command.SetAction(result =>
        {
            string to = result.GetRequiredValue(folder);
            var (training, test) = Source(result.GetValue(digits))(
                result.GetValue(examples), result.GetValue(seed));
            var settings = new LearningSettings();
            var learner = new RouteLearner(settings, result.GetValue(seed));
            var moments = new List<(int, RouteMap)>();
            int[] drawn = [0, settings.Presentations / 40, settings.Presentations / 8, settings.Presentations];
            learner.Learn(training, shown =>
            {
                if (drawn.Contains(shown)) moments.Add((shown, learner.Map.Copy()));
            });
            Directory.CreateDirectory(to);
            RouteFile.Save(learner.Map, Path.Combine(to, "routes.json"));
            File.WriteAllText(Path.Combine(to, "routes.svg"), RoutePicture.Svg(moments));
            int right = test.Count(digit => Interference.Classify(learner.Map, digit.Ink) == digit.Class);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{training.Length} examples, {settings.Presentations} pictures shown; {right} of {test.Length} others "
                + $"in the right class ({(double)right / test.Length:0.0%}; chance 25 %)."));
            Console.WriteLine(
                $"{Path.Combine(to, "routes.json")} holds the routes, routes.svg shows them as they form.");
        });
        return command;
    }

    public static Command Show()
    {
        var (digits, seed) = Shared();
        var routes = new Argument<string>("ROUTES") { Description = "A routes.json of worldlines train" };
        var picture = new Option<string?>("--out") { Description = "Draw the first picture's worldlines (SVG)" };
        var command = new Command("show", "Ask the routes about a new picture of each digit")
        {
            routes, digits, seed, picture,
        };
        command.SetAction(result =>
        {
            var map = RouteFile.Read(result.GetRequiredValue(routes));
            var test = Source(result.GetValue(digits))(1, result.GetValue(seed)).Test;
            foreach (var digit in test.DistinctBy(digit => digit.Class).OrderBy(digit => digit.Class))
                Describe(map, digit);
            if (result.GetValue(picture) is not { } path) return;
            File.WriteAllText(path, WorldlinePicture.Svg(map, test[0]));
            Console.WriteLine($"{path}: the worldlines of a {test[0].Class}");
        });
        return command;
    }

    public static Command Measure()
    {
        var (digits, _) = Shared();
        var seeds = Positive("--seeds", 10, "How often, each with examples and ways of its own");
        var presentations = Positive("--pictures", 800, "Pictures shown in each learning");
        var folder = new Option<string>("--out")
        {
            Description = "Folder for the table and the figures", DefaultValueFactory = _ => "worldlines-measured",
        };
        var command = new Command("measure", "1, 5 and 20 examples a class against two classifiers and two nulls")
        {
            digits, seeds, presentations, folder,
        };
        command.SetAction((result, cancel) =>
        {
            string to = result.GetRequiredValue(folder);
            using var progress = new ProgressLine();
            var experiment = new FewShotExperiment(
                Source(result.GetValue(digits)), s_perClass, result.GetValue(seeds),
                new(result.GetValue(presentations)));
            var (results, curves) = experiment.Run(text => progress.Show(text), cancel);
            Directory.CreateDirectory(to);
            string table = ResultTable.Markdown(results);
            File.WriteAllText(Path.Combine(to, "results.md"), table);
            foreach (var figure in new[] { ExperimentFigures.Curves(curves), ExperimentFigures.Methods(results) })
                FigureFiles.Save(figure, Path.Combine(to, figure.Name));
            Console.Write(table);
            return Task.FromResult(0);
        });
        return command;
    }

    private static void Describe(RouteMap map, Digit digit)
    {
        double[] energies = Interference.Read(map, digit.Ink);
        int best = Array.IndexOf(energies, energies.Max());
        for (int y = 0; y < Digit.Side; y++)
        {
            string row = string.Concat(Enumerable.Range(0, Digit.Side).Select(
                x => new string(" ░▒▓█"[(int)Math.Round(4 * digit.Ink[y * Digit.Side + x])], 2)));
            string site = y is >= 2 and < 2 + Digit.Classes
                ? string.Create(CultureInfo.InvariantCulture,
                    $"   site {y - 2}: energy {energies[y - 2],5:0.0}{(y - 2 == best ? "  ←" : "")}") : "";
            Console.WriteLine($"  {row}{site}");
        }
        Console.WriteLine($"  a {digit.Class}, read as {best}\n");
    }

    // Generated glyphs, or the user's file; by the number of examples a class and the seed.
    private static Func<int, int, DigitSplit> Source(string? path)
    {
        if (path is null)
            return (perClass, seed) => new(
                GlyphGenerator.Draw(perClass, seed, "worldline examples"),
                GlyphGenerator.Draw(TestPerClass, seed, "worldline test"));
        var digits = DigitFiles.Read(path);
        return (perClass, seed) => DigitFiles.Split(digits, perClass, seed);
    }

    private static (Option<string?> Digits, Option<int> Seed) Shared() => (
        new("--digits")
        {
            Description = "Real digits: a table of 8 × 8 pixels, or MNIST's images; else glyphs are drawn",
        },
        new("--seed") { Description = "Of all random numbers", DefaultValueFactory = _ => 1 });

    private static Option<int> Positive(string name, int usual, string description)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1) result.AddError($"{name} must be at least 1.");
        });
        return option;
    }
}
