using System.CommandLine;
using Loci.Atlas;
using Loci.Memory.Recall;
using Loci.Models;
using Loci.Reports;
using Loci.Reports.Studies;
using Loci.Studies;

namespace Loci.Cli.Commands;

/// <summary><c>loci report</c>: every study of the paper over one model, as a page.</summary>
internal static class ReportCommand
{
    private const int MostCells = 2000;

    public static Command Create()
    {
        var atlas = Shared.Atlas();
        var folder = new Option<string>("--out")
        {
            HelpName = "DIR", Description = "The folder for the page, its figures and report.json; made if need be.",
            Required = true,
        };
        var model = new Option<string?>("--model")
        {
            HelpName = "MODEL", Description = "The model the atlas was built from. Default: the name the atlas keeps.",
        };
        var corpus = new Option<string[]>("--corpus")
        {
            HelpName = "FILE…",
            Description =
                "The text the atlas was built from, the same files in the same order. A built-in model's stands "
                + "beside the atlas.",
            AllowMultipleArgumentsPerToken = true,
        };
        var field = new Option<string>("--field")
        {
            Description = "The field that holds the text in JSON.", HelpName = "NAME",
            DefaultValueFactory = _ => "text",
        };
        var seed = Shared.Count("--seed", "Decides all samples.", least: 0, fallback: 1);
        var only = new Option<string[]>("--only")
        {
            HelpName = "STUDY,…",
            Description =
                $"These studies instead of all: {string.Join(", ", StudyList.All.Select(each => each.Study.Name))}.",
            AllowMultipleArgumentsPerToken = true,
        };
        var cells = new Option<string[]>("--cells")
        {
            HelpName = "CELL,…",
            Description =
                $"Show these cells on cards, too, such as L2/84,L3/7-; «all»: every cell of a model of at most "
                + $"{MostCells:N0}.",
            AllowMultipleArgumentsPerToken = true,
        };
        var force = new Option<bool>("--force") { Description = "Replace another report in the folder." };
        var quick = new Option<bool>("--quick") { Description = "Small samples: seconds, with wide intervals." };
        var noNulls = new Option<bool>("--no-nulls") { Description = "Leave out random weights and shuffled text." };
        var threads = Shared.Threads();
        var json = Shared.Json();
        var command = new Command("report",
            "Run every study of the feed-forward paper, and put our numbers beside the paper's on one page.")
        {
            atlas, folder, model, corpus, field, only, cells, seed, quick, noNulls, force, threads, json,
        };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            var studies = Chosen(parsed.GetValue(only) ?? []);
            string path = parsed.GetRequiredValue(atlas), to = parsed.GetRequiredValue(folder);
            using var file = Shared.Open(path);
            ReportFolder.Check(to);
            var asked = Cells(parsed.GetValue(cells) ?? [], file);
            var opened = Open(file, parsed.GetValue(model), cancel);
            Shared.CheckModel(file, opened);
            var options = new StudyOptions
            {
                Seed = parsed.GetValue(seed), Threads = parsed.GetValue(threads), Cancellation = cancel,
            };
            using var line = new ProgressLine();
            var text = CorpusSource.Again(opened, parsed.GetValue(corpus) ?? [], parsed.GetValue(field)!, file);
            var source = StudySource.Open(opened, file, text,
                options with { Progress =
                    new ImmediateProgress<StudyProgress>(
                        at => line.Show($"{at.Doing}: {at.Done:N0} of {at.Total:N0}")) });
            var scale = parsed.GetValue(quick) ? StudyScale.Quick : StudyScale.Paper;
            var plan = new StudyPlan([.. studies.Select(each => each.Study)], scale, Nulls: !parsed.GetValue(noNulls));
            string identity = plan.IdentityOver(source, options.Seed);
            if (!parsed.GetValue(force)) ReportFolder.CheckSame(to, identity);
            // What is there when the run is stopped is there when it goes on.
            var kept = new StudyCheckpoint(Path.Combine(to, ReportFolder.Unfinished), source, options.Seed);
            var results = StudyRun.Run(source, plan, options,
                new ImmediateProgress<StudyRunProgress>(at => line.Show(Words(at))), kept);
            var report = StudyReport.Of(source, results, studies, asked, options) with { Identity = identity };
            byte[] numbers = ReportJson.Write(report, results);
            ReportFolder.Write(report, numbers, to);
            kept.Delete();
            line.Dispose();
            if (parsed.GetValue(json)) JsonOutput.Write(numbers);
            else ReportScreen.Write(report, results, to);
            return 0;
        }, cancel));
        return command.WithExamples(
            "loci report constructed.atlas --out report --quick",
            "loci report constructed.atlas --out report --only patterns,values --cells L0/3,L1/7",
            "loci report pythia.atlas --out report --model ./pythia-160m --corpus wikitext/*.txt");
    }

    private static IReadOnlyList<ReportedStudy> Chosen(string[] only)
    {
        string[] names = [
            .. only.SelectMany(
                text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
        if (names.Length == 0 && only.Length > 0) throw new UsageException("--only names no study.");
        foreach (string name in names)
            if (StudyList.All.All(each => each.Study.Name != name))
                throw new UsageException(
                    $"There is no study «{name}»; there are "
                    + $"{string.Join(", ", StudyList.All.Select(each => each.Study.Name))}.");
        return names.Length == 0 ? StudyList.All : [.. StudyList.All.Where(each => names.Contains(each.Study.Name))];
    }

    private static IReadOnlyList<CellId> Cells(string[] asked, AtlasFile atlas)
    {
        var spec = atlas.Manifest.Spec;
        string[] names = [
            .. asked.SelectMany(
                text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
        if (names is ["all"])
        {
            Pole[] poles = spec.Gated ? [Pole.Positive, Pole.Negative] : [Pole.Positive];
            if (spec.Cells * poles.Length > MostCells)
                throw new UsageException(
                    $"The model has {spec.Cells * poles.Length:N0} cells{(spec.Gated ? " and poles" : "")}, and a "
                    + $"page takes {MostCells:N0}; name some, such as --cells L0/0,L1/5.");
            return [.. atlas.Cells.SelectMany(cell => poles.Select(pole => new CellId(cell.Layer, cell.Index, pole)))];
        }
        if (names.Length > MostCells)
            throw new UsageException($"--cells names {names.Length:N0} cells, and a page takes {MostCells:N0}.");
        CellId[] ids = [
            .. names.Select(name => CellId.TryParse(name, out var id)
                ? id
                : throw new UsageException(
                    $"«{name}» is no cell: it is written as L2/84, at its negative pole as L2/84-."))];
        // refuses what the model has not, before the work
        foreach (var id in ids) _ = atlas.Cell(id).Triggers(id.Pole);
        return ids;
    }

    private static string Words(StudyRunProgress at)
    {
        string doing = at.Doing.StartsWith(at.Study, StringComparison.Ordinal)
            ? at.Doing[at.Study.Length..]
            : $": {at.Doing}";
        return $"{at.Share,4:p0}  "
            + $"{at.Study}{doing}{(at.Left is { } left ? $", {BuildProgressView.Duration(left)} left" : "")}";
    }

    private static Model Open(AtlasFile atlas, string? named, CancellationToken cancel)
    {
        if (named is not null) return ModelSource.Open(named, cancel);
        string kept = atlas.ModelPlace ?? atlas.Manifest.Model;
        try
        {
            return ModelSource.Open(kept, cancel);
        }
        catch (LociException e)
        {
            throw new UsageException(
                $"{atlas.Path} is of «{kept}», which does not open from here; say where the model is with --model "
                + $"MODEL. ({e.Message})");
        }
    }
}
