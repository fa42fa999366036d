using System.Diagnostics;
using System.Runtime.InteropServices;
using Loci.Models.Constructed;
using Loci.Tests;

namespace Loci.Cli.Tests;

/// <summary>Builds that do not come to their end by themselves: killed, interrupted, out of space, run twice.</summary>
public sealed partial class KillTests
{
    /// <summary>Enough that a build on one thread lasts several checkpoints on a fast machine too.</summary>
    private const int Sentences = 16_000;
    private const int HangUp = 1, Interrupt = 2, Terminate = 15; // SIGHUP, SIGINT, SIGTERM

    [Fact, Long]
    public async Task A_build_killed_at_any_moment_and_run_again_gives_the_identical_atlas()
    {
        using var folder = Corpus();
        Assert.Equal(0, Tool.End(Build(folder, "whole.atlas")).Code);
        byte[] whole = File.ReadAllBytes(folder["whole.atlas"]);

        var random = new Random(20);
        int resumed = 0;
        for (int kill = 0; kill < 3; kill++)
        {
            using var process = Build(folder, "killed.atlas");
            // The first checkpoint comes after a second; most kills shall find one, some be in the midst of writing
            // one.
            await WaitFor(process, () => File.Exists(folder["killed.atlas.checkpoint"]));
            await Task.Delay(random.Next(700), TestContext.Current.CancellationToken);
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            if (File.Exists(folder["killed.atlas.checkpoint"])) resumed++;
            if (File.Exists(folder["killed.atlas"])) break; // it was faster
        }
        Assert.True(resumed > 0, "no kill came between the first checkpoint and the end");
        var last = Tool.End(Build(folder, "killed.atlas"));
        Assert.True(last.Code == 0, last.Error);
        Assert.Equal(whole, File.ReadAllBytes(folder["killed.atlas"]));
        Assert.Equal(["corpus.txt", "killed.atlas", "whole.atlas"], folder.Names);
    }

    [Theory]
    [InlineData(Interrupt)]
    [InlineData(HangUp)]
    [InlineData(Terminate)]
    public async Task An_interrupted_build_says_how_to_go_on(int signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "sends a POSIX signal");
        // On a busy machine the signal can come too late, or before the first batch is read, when there is nothing to
        // keep: several runs, the first soon, the next later.
        int early = 0;
        for (int attempt = 0; attempt < 5; attempt++)
        {
            using var folder = Corpus();
            using var process = Build(folder, "a.atlas");
            await WaitFor(process, () => File.Exists(folder["a.atlas.lock"]));
            await Task.Delay(300 << early, TestContext.Current.CancellationToken);
            Assert.Equal(0, Signal(process.Id, signal));
            var stopped = Tool.End(process);
            if (stopped.Code == 0) continue;
            Assert.Equal(1, stopped.Code);
            Assert.Contains("Stopped", stopped.Error);
            if (!folder.Names.Contains("a.atlas.checkpoint"))
            {
                early++;
                continue;
            }
            Assert.Contains("a.atlas.checkpoint; the same command goes on from there", stopped.Error);
            Assert.Equal(["a.atlas.checkpoint", "corpus.txt"], folder.Names);
            return;
        }
        Assert.True(early < 5, "no build kept what it had");
        Assert.Skip("every build was over before the signal came, or had not begun");
    }

    [Fact]
    public async Task An_interrupted_generation_ends_its_line_and_tells()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "sends a POSIX signal");
        string model = SharedData.Require("stories260K");
        using var folder = new TemporaryFolder();
        // Without limit but the context: several runs, should one be over too soon.
        for (int attempt = 0; attempt < 5; attempt++)
        {
            using var process = Tool.Start(folder.Path,
                ["generate", model, "", "--greedy", "--max-tokens", "500", "--threads", "1"]);
            int first = process.StandardOutput.Read(); // the text has begun
            Assert.Equal(0, Signal(process.Id, Interrupt));
            var outcome = Tool.End(process);
            if (outcome.Code == 0) continue;
            Assert.Equal((1, 'O'), (outcome.Code, (char)first));
            Assert.EndsWith("error: Stopped.\n", outcome.Error);
            Assert.EndsWith("\n", outcome.Out);
            return;
        }
        Assert.Skip("every generation was over before the signal came");
    }

    [Fact]
    public async Task Two_builds_of_one_atlas_exclude_each_other()
    {
        using var folder = Corpus();
        using var first = Build(folder, "a.atlas");
        await WaitFor(first, () => File.Exists(folder["a.atlas.lock"]));
        var second = Tool.End(Build(folder, "a.atlas"));
        Assert.Equal(1, second.Code);
        Assert.Contains("Another process is building a.atlas", second.Error);
        first.Kill();
        await first.WaitForExitAsync(TestContext.Current.CancellationToken);
        // The lock of a process that died holds nobody up, though its file is there.
        Assert.Contains("a.atlas.lock", folder.Names);
        File.Delete(folder["a.atlas.checkpoint"]); // where it came so far: this is about the lock
        Assert.Equal(0, Tool.End(Build(folder, "a.atlas", "--max-sentences", "100")).Code);
        Assert.Equal(["a.atlas", "corpus.txt"], folder.Names);
    }

    /// <summary>A limit on the size of files stands for the full disk: the system refuses to write on.</summary>
    [Theory, Long]
    [InlineData(16)] // less than a checkpoint
    [InlineData(100)] // less than the atlas
    public void A_full_disk_is_a_clear_error_and_loses_nothing(int kilobytes)
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "needs bash");
        using var folder = Corpus(4_000);
        var full = Tool.End(Tool.Start(
            folder.Path, "/bin/bash", ["-c", $"ulimit -f {kilobytes}; exec \"$0\" \"$@\"", Tool.Executable,
                .. Arguments("a.atlas")],
            ("DOTNET_EnableWriteXorExecute", "0"))); // whose double mapping is a file that the limit would hit
        Assert.Equal(1, full.Code);
        // A machine fast enough is done before the first checkpoint.
        Assert.Matches("error: (The checkpoint )?a.atlas(.checkpoint)? cannot be written: .*ulimit -f", full.Error);
        Assert.DoesNotContain("   at ", full.Error);
        Assert.DoesNotContain("a.atlas", folder.Names);
        Assert.DoesNotContain("a.atlas.partial", folder.Names);
        Assert.DoesNotContain("a.atlas.checkpoint.partial", folder.Names);

        Assert.Equal(0, Tool.End(Build(folder, "a.atlas")).Code);
        Assert.Equal(0, Tool.End(Build(folder, "b.atlas")).Code);
        Assert.Equal(File.ReadAllBytes(folder["b.atlas"]), File.ReadAllBytes(folder["a.atlas"]));
    }

    [Theory]
    [InlineData(">&-")]
    [InlineData("2>&-")]
    [InlineData(">&- 2>&-")]
    [InlineData("| true")]
    public void Closed_outputs_do_not_abort(string redirection)
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "needs bash");
        using var folder = new TemporaryFolder();
        string command =
            $"\"$0\" atlas build constructed --max-sentences 200 --out a.atlas {redirection}; \"$0\" model info "
            + $"constructed {redirection}; \"$0\" model info nowhere {redirection}; exit ${{PIPESTATUS[0]}}";
        var outcome = Tool.End(Tool.Start(folder.Path, "/bin/bash", ["-c", command, Tool.Executable]));
        Assert.Equal(1, outcome.Code);
        Assert.DoesNotContain("Unhandled", outcome.Error);
        Assert.Equal(["a.atlas", "a.corpus.txt"], folder.Names);
        using var atlas = Loci.Atlas.AtlasFile.Open(folder["a.atlas"]);
        Assert.Equal(atlas.Manifest.Spec.Cells, atlas.Cells.Count());
    }

    [Fact]
    public void Names_that_are_no_text_are_refused()
    {
        Assert.SkipUnless(File.Exists("/bin/bash") && OperatingSystem.IsLinux(), "needs names of bytes");
        using var folder = new TemporaryFolder();
        foreach (string arguments in (string[])["atlas build constructed --max-sentences 100 --out",
            "world write --words 100 --out"])
        {
            var outcome = Tool.End(Tool.Start(folder.Path, "/bin/bash",
                ["-c", $"exec \"$0\" {arguments} $'a\\xff.txt'", Tool.Executable]));
            Assert.Equal(1, outcome.Code);
            Assert.Contains("not valid UTF-8", outcome.Error);
            Assert.Empty(folder.Names);
        }
    }

    private static TemporaryFolder Corpus(int sentences = Sentences)
    {
        var folder = new TemporaryFolder();
        File.WriteAllLines(folder["corpus.txt"], ConstructedLanguage.Sentences(5).Take(sentences));
        return folder;
    }

    private static string[] Arguments(string atlas) =>
        ["atlas", "build", "constructed", "--corpus", "corpus.txt", "--out", atlas, "--checkpoint-seconds", "1",
            "--threads", "1"];

    private static Process Build(TemporaryFolder folder, string atlas, params string[] more) =>
        Tool.Start(folder.Path, [.. Arguments(atlas), .. more]);

    private static async Task WaitFor(Process process, Func<bool> condition)
    {
        while (!condition() && !process.HasExited) await Task.Delay(5, TestContext.Current.CancellationToken);
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int process, int signal);
}
