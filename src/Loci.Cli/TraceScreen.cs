using Loci.Atlas;
using Loci.Models;
using Loci.Tracing;
using Spectre.Console;
using Spectre.Console.Rendering;
using Plain = Spectre.Console.Text;

namespace Loci.Cli;

/// <summary>
/// A traced prompt on the screen: the answer as it forms, what its logit is made of, the cells that make it.
/// </summary>
internal static class TraceScreen
{
    private const int WideEnoughForBars = 72, WideEnoughForStepBars = 100;
    private const int MostContext = 3;

    // Blue and orange differ for the colour-blind; the sign is written too.
    private static readonly Style s_for = new(Color.DodgerBlue1), s_against = new(Color.Orange1);
    private static readonly Style s_grey = new(Color.Grey), s_bold = new(decoration: Decoration.Bold);

    /// <summary>Writes the whole trace.</summary>
    /// <param name="screen">Where to.</param>
    /// <param name="trace">The trace.</param>
    /// <param name="model">Its model, for the text of tokens.</param>
    /// <param name="atlas">The model's atlas, or null: then nothing is said of what fires the cells.</param>
    /// <param name="top">Cells shown for the answer, and against it.</param>
    /// <param name="steering">What was changed, and how it was before; null: nothing.</param>
    public static void Write(IAnsiConsole screen, PromptTrace trace, Model model, AtlasFile? atlas, int top,
        TraceSteering? steering = null)
    {
        screen.Write(Question(trace, model, steering));
        screen.WriteLine();
        if (steering is not null) SteeringTable.Write(screen, steering, trace);
        screen.WriteLine("How the answer forms", s_bold);
        screen.Write(Steps(screen, trace, model, steering?.Before));
        screen.WriteLine(Sum(trace, model), s_bold);
        screen.Write(Parts(screen, trace));
        WriteCells(screen, trace, model, atlas, top);
    }

    /// <summary>Writes how the answer forms, and nothing else.</summary>
    public static void WriteSteps(IAnsiConsole screen, PromptTrace trace, Model model)
    {
        screen.Write(Question(trace, model, null));
        screen.WriteLine();
        screen.Write(Steps(screen, trace, model, null));
    }

    private static Paragraph Question(PromptTrace trace, Model model, TraceSteering? steering)
    {
        var last = trace.Steps[^1];
        var text = new Paragraph();
        text.Append(
            string.Concat(
                trace.Run.Tokens.Select((token, at) => at > 0 || token != model.BeginOfSequence
                    ? InText(model, token)
                    : "")).TrimStart());
        text.Append(" → ", s_grey);
        text.Append(TokenText.Show(model, trace.Answer), s_bold);
        text.Append($"   probability {last.AnswerProbability:p1}, rank {last.AnswerRank:N0}", s_grey);
        if (steering?.Before.Steps[^1] is { } was)
            text.Append($" (without the changes {was.AnswerProbability:p1}, rank {was.AnswerRank:N0})", s_grey);
        if (last.AnswerRank > 1)
            text.Append($"; the model says {TokenText.Show(model, last.Top.Id)} ({last.TopProbability:p1})", s_grey);
        if (trace.Against is { } other) text.Append($"; against {TokenText.Show(model, other)}", s_grey);
        text.Append("\n");
        return text;
    }

    private static string InText(Model model, int token) => model.Tokenizer is null
        ? $" #{token}"
        : TokenText.Show(model, token).Replace('·', ' ').Replace('⏎', ' ');

    private static Table Steps(IAnsiConsole screen, PromptTrace trace, Model model, PromptTrace? before)
    {
        bool wide = screen.Profile.Width >= WideEnoughForStepBars, bars = wide && before is null;
        bool names = before is null ? screen.Profile.Width >= WideEnoughForBars : wide;
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("\nafter", "\nsays", "\np", $"{TokenText.Show(model, trace.Answer)}:\nrank", "\np");
        foreach (var column in table.Columns) column.NoWrap().Padding(1, 0);
        foreach (int column in (int[])[2, 3, 4]) table.Columns[column].RightAligned();
        if (bars) table.AddColumn(new TableColumn("").NoWrap());
        if (before is not null)
        {
            if (wide) table.AddColumn(new TableColumn("before:\nsays").NoWrap().Padding(1, 0));
            foreach (string name in (string[])[wide ? "\nrank" : "before:\nrank", "\np"])
                table.AddColumn(new TableColumn(name).RightAligned().NoWrap().Padding(1, 0));
        }
        foreach (var (step, was) in trace.Steps.Zip(before?.Steps ?? trace.Steps))
        {
            bool is1st = step.AnswerRank == 1;
            List<IRenderable> row =
            [
                new Plain(Name(step, names), step.AfterFeedForward ? Style.Plain : s_grey),
                new Plain(TokenText.Show(model, step.Top.Id), is1st ? s_for : Style.Plain),
                new Plain($"{step.TopProbability:p1}"),
                new Plain($"{step.AnswerRank:N0}", is1st ? s_for : Style.Plain),
                new Plain($"{step.AnswerProbability:p1}"),
            ];
            if (bars) row.Add(new Plain(Bar(step.AnswerProbability, 20), s_for));
            if (before is not null)
            {
                if (wide) row.Add(new Plain(TokenText.Show(model, was.Top.Id), s_grey));
                row.AddRange(
                    [new Plain($"{was.AnswerRank:N0}", s_grey), new Plain($"{was.AnswerProbability:p1}", s_grey)]);
            }
            table.AddRow(row);
        }
        return table;
    }

    private static string Name(TraceStep step, bool wide) => step.Layer < 0
        ? "embedding"
        : $"L{step.Layer} {(step.AfterFeedForward ? wide ? "feed-forward" : "ffn" : wide ? "attention" : "attn")}";

    private static string Sum(PromptTrace trace, Model model)
    {
        string answer = TokenText.Show(model, trace.Answer);
        double cap = model.Spec.Head.SoftCap;
        string what = trace.Against is { } other
            ? $"What puts {answer} {Signed(trace.Explained)} nats above {TokenText.Show(model, other)}"
            : $"What the logit {trace.Explained:f2} of {answer} is made of";
        return cap > 0 ? $"{what}, before the soft cap of {cap:g4} ({trace.Logit:f2} after it)" : what;
    }

    private static Table Parts(IAnsiConsole screen, PromptTrace trace)
    {
        var parts = trace.Parts;
        bool bias = parts.FeedForwardBias.Any(b => b != 0), bars = screen.Profile.Width >= WideEnoughForBars;
        double[] cells = [.. parts.Cells.Select(layer => layer.Sum())];
        double largest = new[] { parts.Embedding, parts.Constant,
            1e-9 }.Concat(parts.Attention.Zip(cells, (a, c) => a + c).Zip(parts.FeedForwardBias, (s, b) => s + b))
            .Max(Math.Abs);
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("", "attention", "cells");
        if (bias) table.AddColumn("bias");
        table.AddColumn("sum");
        foreach (var column in table.Columns.Skip(1)) column.RightAligned().NoWrap();
        if (bars) table.AddColumn(new TableColumn("").NoWrap());

        Add("embedding", null, null, null, parts.Embedding);
        for (int l = 0; l < cells.Length; l++)
            Add($"L{l}", parts.Attention[l], cells[l], parts.FeedForwardBias[l],
                parts.Attention[l] + cells[l] + parts.FeedForwardBias[l]);
        if (parts.Constant != 0) Add("constant", null, null, null, parts.Constant);
        Add("all", parts.Attention.Sum(), cells.Sum(), parts.FeedForwardBias.Sum(), trace.Explained, last: true);
        return table;

        void Add(string name, double? attention, double? cell, double? thresholds, double sum, bool last = false)
        {
            List<IRenderable> row = [new Plain(name, last ? s_bold : Style.Plain), Number(attention), Number(cell)];
            if (bias) row.Add(Number(thresholds));
            row.Add(Number(sum, last));
            if (bars) row.Add(last ? new Plain("") : Diverging(sum / largest, 12));
            table.AddRow(row);
        }
    }

    /// <summary>Writes the cells that add most to the answer, and those that take most away.</summary>
    public static void WriteCells(IAnsiConsole screen, PromptTrace trace, Model model, AtlasFile? atlas, int top)
    {
        CellContribution[] supporting = [.. trace.For(top)], opposing = [.. trace.Opposing(top)];
        string answer = TokenText.Show(model, trace.Answer);
        string over = trace.Against is { } other ? $" over {TokenText.Show(model, other)}" : "";
        WriteSide($"Cells for {answer}{over}", supporting);
        WriteSide($"Cells against {answer}{over}", opposing);
        double rest = trace.Cells.Sum(c => c.Contribution) - supporting.Sum(c => c.Contribution)
            - opposing.Sum(c => c.Contribution);
        int others = trace.Cells.Count - supporting.Length - opposing.Length;
        int silent = trace.Parts.Cells.Sum(layer => layer.Length) - trace.Cells.Count;
        string[] left =
        [
            .. others > 0 ? [$"the other {others:N0} that fire add {Signed(rest)} together"] : (string[])[],
            .. silent > 0 ? [$"{silent:N0} are silent"] : (string[])[],
        ];
        if (left.Length > 0) screen.WriteLine($"Of the cells, {string.Join(", ", left)}.", s_grey);
        // Not through the screen, which would break lines that are there to be copied.
        if (atlas is not null && supporting is [var first, ..])
            Console.Out.WriteLine($"Look further: loci atlas show {atlas.Path} {first.Cell}");

        void WriteSide(string title, CellContribution[] cells)
        {
            if (cells.Length == 0) return;
            screen.WriteLine(title, s_bold);
            screen.Write(Cells(cells, model, atlas));
        }
    }

    private static Table Cells(CellContribution[] cells, Model model, AtlasFile? atlas)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("cell", "adds", "m", "promotes");
        table.Columns[0].NoWrap();
        foreach (int column in (int[])[1, 2]) table.Columns[column].RightAligned().NoWrap();
        if (atlas is not null) table.AddColumn("usually fires on");
        foreach (var cell in cells)
        {
            // A sparse value leaves most tokens as they are: they are not promoted.
            var promoted = ValueProjection.Promoted(model.Transformer, cell.Cell, 3)
                .Where(token => token.Logit >= 0.005f);
            List<IRenderable> row =
            [
                new Plain($"{cell.Cell}"), Number(cell.Contribution),
                new Plain($"{cell.Coefficient:g3}".Replace('-', '−')),
                new Plain(string.Join("  ", promoted.Select(token => TokenText.Show(model, token.Id)))),
            ];
            if (atlas is not null) row.Add(new Plain(Triggers(atlas, cell.Cell), s_grey));
            table.AddRow(row);
        }
        return table;
    }

    // The last words of its strongest triggers, those that read alike once, and what came next.
    private static string Triggers(AtlasFile atlas, CellId cell)
    {
        string[] ends = [.. atlas.Triggers(cell).Take(10).Select(trigger =>
        {
            var sentence = atlas.Sentence(trigger);
            var words = Enumerable.Range(Math.Max(0, trigger.Position + 1 - MostContext),
                Math.Min(MostContext, trigger.Position + 1)).Select(sentence.TokenText);
            string next = sentence.NextToken(trigger.Position) is null
                ? "■"
                : VisibleText.Token(sentence.TokenText(trigger.Position + 1)).Trim('·');
            return $"{VisibleText.Token(string.Concat(words)).Trim('·').Replace('·', ' ')} → {next}";
        }).Distinct().Take(2)];
        return ends.Length > 0 ? string.Join(" | ", ends) : "nothing in its corpus";
    }

    private static Plain Number(double? value, bool bold = false) => value is not { } number
        ? new("")
        : new(Signed(number), bold ? s_bold : number < 0 ? s_against : Style.Plain);

    private static string Signed(double value) => $"{value:+0.00;−0.00;0.00}";

    private static string Bar(double share, int width)
    {
        const string Parts = "▏▎▍▌▋▊▉█";
        int eighths = (int)Math.Round(share * width * 8);
        return new string('█', eighths / 8) + (eighths % 8 > 0 ? Parts[eighths % 8 - 1] : "");
    }

    // Negative to the left of the line, positive to the right.
    private static Paragraph Diverging(double share, int half)
    {
        int cells = Math.Clamp((int)Math.Round(Math.Abs(share) * half), 0, half);
        var bar = new Paragraph();
        if (share < 0)
            bar.Append(new string(' ', half - cells)).Append(new string('░', cells), s_against).Append("│", s_grey);
        else bar.Append(new string(' ', half)).Append("│", s_grey).Append(new string('█', cells), s_for);
        return bar;
    }
}
