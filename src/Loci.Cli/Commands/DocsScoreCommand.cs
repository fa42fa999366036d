using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Loci.Models;
using Loci.Studies.Language;
using Loci.Text;
using Loci.Views;
using Spectre.Console;

namespace Loci.Cli.Commands;

/// <summary>
/// <c>loci docs score</c>: bits a character of a text that a model has not read, beside gzip, xz and counted n-grams.
/// </summary>
internal static class DocsScoreCommand
{
    private const int Order = NGramModel.LongestOrder;

    public static Command Create()
    {
        var model = Shared.Model();
        var learned = new Option<string>("--learned")
        {
            HelpName = "FILE", Required = true,
            Description = "What the model learned from, as loci docs write --out wrote it: the others learn it, too.",
        };
        var heldOut = new Option<string>("--held-out")
        {
            HelpName = "FILE", Required = true, Description = "What is scored, as loci docs write --held-out wrote it.",
        };
        var (threads, json) = (Shared.Threads(), Shared.Json());
        var command = new Command("score",
            "Tell how many bits a character of unread text takes a model, gzip, xz and counted 5-grams.")
            { model, learned, heldOut, threads, json };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            var opened = ModelSource.Open(parsed.GetRequiredValue(model), cancel);
            opened.RequireTokenizer();
            string[] text = Documents(parsed.GetRequiredValue(learned)),
                unread = Documents(parsed.GetRequiredValue(heldOut));
            if (unread.Length == 0) throw new LociException($"{parsed.GetValue(heldOut)} holds no text.");
            var score = Score(opened, text, unread, new(parsed.GetValue(threads), cancel));
            if (parsed.GetValue(json)) JsonOutput.Write(score);
            else Write(score);
            return 0;
        }, cancel));
        return command.WithExamples(
            "loci docs score demo-docs --learned docs.txt --held-out docs.held-out.txt",
            "loci docs score EleutherAI/pythia-70m --learned docs.txt --held-out docs.held-out.txt --json");
    }

    private static string[] Documents(string path) =>
        [.. Corpus.Open([path]).ReadDocuments().Select(document => document.Text)];

    private static TextScoreView Score(Model model, string[] learned, string[] unread, Compute compute)
    {
        long characters = unread.Sum(document => (long)document.Length);
        using var line = new ProgressLine();
        double own = TextBits.Of(model, unread, compute, new ImmediateProgress<int>(
            read => line.Show($"{model.Name}: {read:N0} of {unread.Length:N0} documents")));
        line.Show($"counting {Order} tokens in a row");
        double counted = TextBits.OfNGrams(model, Order, learned, unread, compute.Cancellation);
        line.Show("gzip and xz");
        string[] all = [.. learned, .. unread];
        long gzip = TextBits.OfGzip(unread), gzipAfter = TextBits.OfGzip(all) - TextBits.OfGzip(learned);
        long? xz = Xz(unread), xzAfter = xz is null ? null : Xz(all) - Xz(learned);
        return new(model.Name, unread.Length, characters,
            [
                new(model.Name, own / characters), new($"{Order}-grams of its tokens, counted", counted / characters),
                .. xzAfter is { } after ? [new("xz -9e, after the learned text", (double)after / characters)]
                    : (TextScoreRowView[])[],
                new("gzip -9, after the learned text", (double)gzipAfter / characters),
                .. xz is { } alone ? [new("xz -9e, the unread text alone", (double)alone / characters)]
                    : (TextScoreRowView[])[],
                new("gzip -9, the unread text alone", (double)gzip / characters),
            ]);
    }

    // Bits; null where there is no such program.
    private static long? Xz(IEnumerable<string> documents)
    {
        try
        {
            using var xz = Process.Start(new ProcessStartInfo("xz", ["-9e", "--stdout"])
            {
                RedirectStandardInput = true, RedirectStandardOutput = true,
            })!;
            var length = Task.Run(() =>
            {
                long bytes = 0;
                byte[] buffer = new byte[1 << 16];
                while (xz.StandardOutput.BaseStream.Read(buffer) is > 0 and int read) bytes += read;
                return bytes;
            });
            xz.StandardInput.BaseStream.Write(Encoding.UTF8.GetBytes(string.Join("\n\n", documents)));
            xz.StandardInput.Close();
            return 8 * length.Result;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static void Write(TextScoreView score)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("", "bits a character");
        table.Columns[1].RightAligned();
        foreach (var row in score.Rows) table.AddRow(Markup.Escape(row.Name), $"{row.BitsPerCharacter:f3}");
        Screen.Results.Write(table);
        Screen.Results.WriteLine(
            $"{score.Characters:N0} characters in {score.Documents:N0} documents that {score.Model} has not read. "
            + $"«After "
            + "the learned text»: what the file grows by where the text it learned from stands before.");
        if (score.Rows.All(row => !row.Name.StartsWith("xz", StringComparison.Ordinal)))
            Screen.Warn("there is no program xz on the path: it is left out.");
    }
}
