using System.Text.Json;
using Loci.Reports.Studies;
using Loci.Studies;

namespace Loci.Reports.Tests;

/// <summary>A run that is stopped goes on where it was, and its report is the one of a run that was not.</summary>
public sealed class CheckpointTests
{
    private static readonly StudyPlan s_plan = new(
        [.. StudyList.All.Select(each => each.Study)
            .Where(study => study.Name is "values" or "minimal" or "composition" or "removal")],
        StudyScale.Quick, Nulls: true);

    [Fact]
    public void A_stopped_run_goes_on_with_what_it_has()
    {
        using var read = ReadCase.Constructed(120);
        string folder = read.Folder["kept"];
        string whole = Sections(read, StudyRun.Run(read.Source, s_plan, new()));

        using var stop = new CancellationTokenSource();
        var untilComposition = new ImmediateProgress<StudyRunProgress>(
            at => { if (at.Study == "composition") stop.Cancel(); });
        Assert.ThrowsAny<OperationCanceledException>(() => StudyRun.Run(
            read.Source, s_plan, new() { Cancellation = stop.Token }, untilComposition, new(folder, read.Source, 1)));
        Assert.Equal(["minimal.json", "removal.json", "values.json"],
            Directory.GetFiles(folder).Select(Path.GetFileName).Order());

        Assert.Equal(["composition"], Ran(read, folder, 1));
        Assert.Empty(Ran(read, folder, 1));
        Assert.Equal(
            whole, Sections(read, StudyRun.Run(read.Source, s_plan, new(), checkpoint: new(folder, read.Source, 1))));

        // Another seed, and a damaged file, are measured again.
        Assert.Equal(4, Ran(read, folder, 2).Length);
        string values = Path.Combine(folder, "values.json");
        byte[] bytes = File.ReadAllBytes(values);
        bytes[^10] ^= 1;
        File.WriteAllBytes(values, bytes);
        Assert.Equal(["values and agreement"], Ran(read, folder, 2));
    }

    // The studies that ran over the source itself, not its nulls.
    private static string[] Ran(ReadCase read, string folder, int seed)
    {
        HashSet<string> ran = [];
        var progress = new ImmediateProgress<StudyRunProgress>(at => { lock (ran) ran.Add(at.Study); });
        StudyRun.Run(read.Source, s_plan, new() { Seed = seed }, progress, new(folder, read.Source, seed));
        return [.. ran.Where(study => !study.Contains(':'))];
    }

    private static string Sections(ReadCase read, StudyResults results)
    {
        var report = StudyReport.Of(read.Source, results);
        return JsonDocument.Parse(ReportJson.Write(report, results)).RootElement.GetProperty("sections").GetRawText();
    }
}
