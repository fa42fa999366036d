using Loci.Tests;

namespace Loci.Bench.Tests;

/// <summary>What a benchmark prints and measures is kept with the machine it ran on.</summary>
public class ResultFilesTests
{
    private static readonly Machine s_machine = new("Some CPU @ 2.60GHz (R)", "an OS, a runtime, 2 logical processors");

    [Fact]
    public void Printed_lines_and_targets_are_kept_under_the_name_of_the_processor()
    {
        using var folder = new TemporaryFolder();
        var files = new ResultFiles(folder["results"], s_machine, replace: false);
        files.Check(["race"]);
        Target[] targets = [new("ours against «theirs», 1 thread", 1.25, 1), new("another", 0.5, 0.75)];

        Assert.Equal(targets, files.Keep("race", "who is first", "Loci.Bench race", () =>
        {
            Console.WriteLine("12.5 ms");
            Console.Write('!');
            return [.. targets];
        }));

        string stem = Path.Combine(folder["results"], s_machine.Folder, "race");
        string page = File.ReadAllText(stem + ".md"), csv = File.ReadAllText(stem + ".csv");
        foreach (string part in (string[])["who is first", "Loci.Bench race", "12.5 ms\n!", s_machine.Processor,
            s_machine.System, "| another | 0.50 | 0.75, missed |"])
            Assert.Contains(part, page, StringComparison.Ordinal);
        string[] lines = csv.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("race,\"ours against «theirs», 1 thread\",1.25,1,\"Some CPU @ 2.60GHz (R)\",", lines[1],
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_processor_is_a_folder_of_letters_digits_hyphens_and_points() =>
        Assert.Equal("Some.CPU.2.60GHz.R", s_machine.Folder);

    [Fact]
    public void Earlier_results_are_replaced_only_when_asked_to()
    {
        using var folder = new TemporaryFolder();
        new ResultFiles(folder["results"], s_machine, replace: false).Keep("race", "", "", () => []);
        var error = Assert.Throws<LociException>(
            () => new ResultFiles(folder["results"], s_machine, replace: false).Check(["other", "race"]));
        Assert.Contains("--force", error.Message, StringComparison.Ordinal);
        new ResultFiles(folder["results"], s_machine, replace: true).Check(["race"]);
        new ResultFiles(folder["results"], s_machine with { Processor = "Another" }, replace: false).Check(["race"]);
    }

    [Fact]
    public void What_a_benchmark_printed_before_it_failed_is_not_kept_and_the_console_is_given_back()
    {
        using var folder = new TemporaryFolder();
        var console = Console.Out;
        Assert.Throws<InvalidOperationException>(() => new ResultFiles(folder["results"], s_machine, replace: false)
            .Keep("race", "", "", () => throw new InvalidOperationException()));
        Assert.Same(console, Console.Out);
        Assert.False(Directory.Exists(folder["results"]));
    }

    [Theory]
    [InlineData("--quick 1 --out results", true), InlineData("--out results --force half", true), InlineData("", true)]
    [InlineData("--out", false), InlineData("3", false), InlineData("--out a --out b", false)]
    public void Arguments_that_make_no_sense_are_refused(string typed, bool sound) =>
        Assert.Equal(
            sound, BenchmarkArguments.Parse(typed.Split(' ', StringSplitOptions.RemoveEmptyEntries)) is not null);

    [Fact]
    public void This_machine_has_a_name() => Assert.NotEmpty(Machine.Here.Folder);
}
