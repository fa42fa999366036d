using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Loci.Models;
using Loci.Models.Generation;
using Loci.Text;
using Loci.Views;

namespace Loci.Cli.Commands;

/// <summary><c>loci read</c>: a document goes into a state once, to be asked about many times.</summary>
internal static class ReadCommand
{
    private const int Piece = 1 << 20; // characters: a longer document is cut into tokens piece by piece, at line ends

    public static Command Create()
    {
        var model = Shared.Model();
        var file = new Argument<string>("FILE") { Description = "The document, UTF-8 text; - is standard input." };
        var state = new Option<string>("--state") { HelpName = "STATE", Required = true,
            Description = "The state file to write." };
        var append = new Option<bool>(
            "--append") { Description = "Go on in the state that is there: read the document after what it has read." };
        var force = Shared.Force();
        var threads = Shared.Threads();
        var json = Shared.Json();
        var command = new Command("read", "Read a document into a state file.") { model, file, state, append, force,
            threads, json };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            string path = parsed.GetRequiredValue(state);
            bool goesOn = parsed.GetValue(append);
            if (goesOn && parsed.GetValue(force)) throw new UsageException(
                "--append goes on in a state and --force replaces it; give one of them.");
            Shared.CheckWritable(path);
            if (goesOn && !File.Exists(path)) throw new LociException(
                $"There is no state {path} to go on in; without --append it is made.");
            if (!goesOn && !parsed.GetValue(force) && File.Exists(path))
                throw new LociException(
                    $"{path} exists. Give --append to go on in it, --force to replace it, or another name.");
            var opened = ModelSource.Open(parsed.GetRequiredValue(model), cancel);
            var resumed = goesOn ? SavedState.Load(path) : null;
            var compute = new Compute(parsed.GetValue(threads), cancel);
            var session = resumed?.Resume(opened, compute) ?? new Session(opened.Transformer, compute);
            int before = session.Length;
            Read(opened, session, parsed.GetRequiredValue(file), cancel);
            SavedState.Of(session, opened).Save(path);
            int read = session.Length - before;
            if (parsed.GetValue(json))
                JsonOutput.Write(
                    new ReadingView(read, session.Length, session.Memory.Bytes, opened.Spec.TrainedLength));
            else
                Console.Out.WriteLine(
                    $"{read:N0} tokens read; the text has {session.Length:N0}, its memory "
                    + $"{session.Memory.Bytes / 1e6:f2} MB. State: {path}");
            Shared.WarnOfLength(opened, session.Length);
            return 0;
        }, cancel));
        return command.WithExamples(
            "loci read MODEL book.txt --state book.state",
            "loci read MODEL sequel.txt --state book.state --append",
            "loci generate MODEL \"The hero is\" --state book.state");
    }

    private static void Read(Model model, Session session, string file, CancellationToken cancel)
    {
        var tokenizer = Shared.Tokenizer(model);
        using var text = file == "-" ? TextFile.Of(Console.OpenStandardInput(), "standard input") : TextFile.Open(file);
        using var line = new ProgressLine();
        var clock = Stopwatch.StartNew();
        int first = session.Length;
        long read = 0, unknown = 0;
        var tokens = new List<int>();
        if (first == 0 && model.BeginOfSequence is { } begin) tokens.Add(begin);
        foreach (string piece in text.Pieces(Piece))
        {
            tokenizer.Encode(piece, tokens);
            read += tokens.Count;
            unknown += tokens.Count(token => token == tokenizer.Unknown);
            for (int at = 0; at < tokens.Count; at += 512)
            {
                cancel.ThrowIfCancellationRequested();
                session.Read(CollectionsMarshal.AsSpan(tokens).Slice(at, Math.Min(512, tokens.Count - at)));
                string share = text.Length > Piece ? $", {100.0 * text.Share:f0} %" : $" of {first + tokens.Count:N0}";
                line.Show(
                    $"{session.Length:N0} tokens{share}, "
                    + $"{(session.Length - first) / Math.Max(1e-3, clock.Elapsed.TotalSeconds):N0} a second");
            }
            tokens.Clear();
        }
        if (unknown > 0)
            Screen.Warn(
                $"{model.Name} has no token for {unknown:N0} of {read:N0} pieces of the text: it has read "
                + $"{ErrorText.Quote(tokenizer.Piece(tokenizer.Unknown!.Value))} there.");
    }
}
