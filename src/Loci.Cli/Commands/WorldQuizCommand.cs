using System.CommandLine;
using Loci.Views;
using Loci.Worlds;
using Spectre.Console;

namespace Loci.Cli.Commands;

/// <summary><c>loci world quiz</c>: how many facts of the world a model knows.</summary>
internal static class WorldQuizCommand
{
    public static Command Create()
    {
        var model = Shared.Model();
        var world = WorldOptions.World();
        var failures = Shared.Count("--failures", "Wrong answers to show.", least: 0, fallback: 0);
        var (threads, json) = (Shared.Threads(), Shared.Json());
        var command = new Command(
            "quiz", "Ask a model for every fact of the world, in wordings it was trained on and in new ones.")
        {
            model, world, failures, threads, json,
        };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            var asked = World.Create((ulong)parsed.GetValue(world));
            var opened = ModelSource.Open(parsed.GetRequiredValue(model), cancel);
            var trained = Ask(TemplateUse.Training);
            var heldOut = Ask(TemplateUse.HeldOut);
            var wrong = trained.Concat(heldOut).Where(reply => !reply.Right).Take(parsed.GetValue(failures)).ToList();
            if (parsed.GetValue(json))
                JsonOutput.Write(QuizView.Of(FactScore.Of(trained), FactScore.Of(heldOut), wrong));
            else WriteTable(FactScore.Of(trained), FactScore.Of(heldOut), wrong);
            return 0;

            IReadOnlyList<FactReply> Ask(TemplateUse use)
            {
                using var line = new ProgressLine();
                FactQuestion[] questions = [.. asked.Questions(use)];
                return FactQuiz.Ask(
                    opened, questions, new(parsed.GetValue(threads), cancel),
                    new ImmediateProgress<int>(done => line.Show(
                        $"{(use == TemplateUse.Training ? "trained" : "held-out")} wordings: {done:N0} of "
                            + $"{questions.Length:N0}")));
            }
        }, cancel));
        return command.WithExamples(
            "loci world quiz ./model", "loci world quiz ./model --failures 20", "loci world quiz ./model --json");
    }

    private static void WriteTable(
        IReadOnlyList<FactScore> trained, IReadOnlyList<FactScore> heldOut, List<FactReply> wrong)
    {
        var table = new Table { Border = TableBorder.Simple, Title = new("Facts completed by greedy decoding") };
        table.AddColumns("relation", "trained\nasked", "\nright", "held out\nasked", "\nright");
        foreach (var column in table.Columns.Skip(1)) column.RightAligned().NoWrap();
        foreach (var score in trained)
        {
            var held = heldOut.First(other => other.Relation == score.Relation);
            table.AddRow(
                Markup.Escape(score.Relation), $"{score.Asked:N0}", $"{score.Share:p1}", $"{held.Asked:N0}",
                $"{held.Share:p1}");
        }
        Screen.Results.Write(table);
        Console.Out.WriteLine(
            $"Known in trained wordings: {trained[^1].Share:p1}; in held-out wordings: {heldOut[^1].Share:p1}.");
        foreach (var reply in wrong)
            Console.Out.WriteLine(
                $"  {reply.Question.Prompt} → {reply.Said} (right: {reply.Question.Answer}; "
                    + $"{reply.Question.Template})");
    }
}
