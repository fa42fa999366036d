using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Loci.Models;
using Loci.Models.Generation;
using Loci.Tracing;
using Loci.Views;

namespace Loci.Cli.Commands;

/// <summary><c>loci generate</c>: a text goes on, token by token, as it is made.</summary>
internal static class GenerateCommand
{
    public static Command Create()
    {
        var model = Shared.Model();
        var prompt = new Argument<string>("PROMPT")
        {
            Description = "Text to continue; empty starts from the beginning-of-sequence token.",
        };
        var maxTokens = Shared.Count("--max-tokens", "Most tokens to make.", least: 1, fallback: 100);
        var greedy = new Option<bool>("--greedy")
        {
            Description = "Always take the best token (the default is to draw).",
        };
        var temperature = Number("--temperature", "T", "Draw from softmax(logits / temperature).", most: float.MaxValue,
            "--temperature is a number above 0, not «{0}»; for the best token always, give --greedy.");
        var topK = Shared.Count("--top-k", "Draw from the so many likeliest tokens; 0 is all.", least: 0, fallback: 0);
        var topP = Number("--top-p", "P", "Draw from the fewest likeliest tokens whose probabilities reach this sum.",
            most: 1,
            "--top-p is a number above 0 and at most 1, not «{0}».");
        var seed = Shared.Count("--seed",
            "Seed of the draws; the same seed gives the same text. The seed that a state was drawn with goes on "
            + "there, another begins anew.", least: 0, fallback: 0);
        var stop = new Option<string[]>("--stop")
        {
            HelpName = "TEXT", Description = "End before this text; may be given several times.",
            DefaultValueFactory = _ => [],
        };
        var state = new Option<string?>("--state") { HelpName = "FILE",
            Description = "Go on from this state; the file is only read." };
        var saveState = new Option<string?>("--save-state") { HelpName = "FILE",
            Description = "Leave the state after the text here; it may be the file of --state." };
        var force = Shared.Force();
        var set = SteeringOptions.Set();
        var threads = Shared.Threads();
        var json = Shared.Json();
        var command = new Command("generate", "Continue a text.")
        {
            model, prompt, maxTokens, greedy, temperature, topK, topP, seed, stop, state, saveState, force, set,
            threads, json,
        };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            string? file = parsed.GetValue(state), save = parsed.GetValue(saveState);
            if (save is not null) Shared.CheckNew(save, parsed.GetValue(force) || IsSame(save, file));
            var opened = ModelSource.Open(parsed.GetRequiredValue(model), cancel);
            var changes = SteeringOptions.Read(parsed.GetValue(set)!, opened.Spec);
            if (changes is not null && (file ?? save) is not null)
                throw new UsageException(
                    "--set and --state do not go together: a state belongs to the model as it is.");
            var sampler = NewSampler();
            var (session, resumed) = Begin(opened, file, new(parsed.GetValue(threads), cancel));
            // The draws go on as well, unless another seed than theirs is asked for.
            bool seeded = parsed.GetResult(seed) is { Implicit: false };
            if (resumed is not null && !parsed.GetValue(greedy) && (!seeded || sampler.LeadsTo(resumed.SamplerState)))
                sampler.State = resumed.SamplerState;
            Screen.WarnOfUnknownWords(opened, parsed.GetRequiredValue(prompt));
            var tokens = Prompt(opened, parsed.GetRequiredValue(prompt), session.Length);
            var plain = changes is null ? null : session.Fork();
            if (changes is not null)
                (session.Tap, session.Inside) = (CoefficientChange.Tap(changes), CoefficientChange.Inside(changes));
            session.Read(CollectionsMarshal.AsSpan(tokens));
            bool warned = Shared.WarnOfLength(opened, session.Length);
            var (made, stops) = Make(session, sampler);
            if (plain is null)
            {
                if (parsed.GetValue(json)) JsonOutput.Write(Whole(opened, tokens, made, stops, resumed is not null));
                else Stream(opened, tokens, made, stops, resumed is not null);
            }
            else
            {
                plain.Read(CollectionsMarshal.AsSpan(tokens));
                var (before, stopsBefore) = Make(plain, NewSampler());
                if (parsed.GetValue(json))
                {
                    var (steered, was) = (Whole(opened, tokens, made, stops, false),
                        Whole(opened, tokens, before, stopsBefore, false));
                    JsonOutput.Write(
                        steered with { Set = [.. changes!.Select(change => $"{change}")], TextBefore = was.Text,
                            MadeBefore = was.Made });
                }
                else
                {
                    Stream(opened, tokens, made, stops, false);
                    Console.Out.WriteLine("\nWithout the changes:");
                    Stream(opened, tokens, before, stopsBefore, false);
                }
            }
            if (save is not null) SavedState.Of(session, opened, parsed.GetValue(greedy) ? null : sampler).Save(save);
            if (!warned) Shared.WarnOfLength(opened, session.Length);
            return 0;

            Sampler NewSampler() => parsed.GetValue(greedy)
                ? Sampler.Greedy
                : Sampler.AtTemperature(parsed.GetValue(temperature), parsed.GetValue(seed), parsed.GetValue(topK),
                    parsed.GetValue(topP));

            (IEnumerable<int> Made, StopStrings Stops) Make(Session from, Sampler draws)
            {
                var stopStrings = new StopStrings(parsed.GetValue(stop)!, opened.Tokenizer);
                var ends = EndTokens(opened);
                ends.ExceptWith(stopStrings.Tokens);
                return (Until(from.Generate(draws, parsed.GetValue(maxTokens), ends), cancel), stopStrings);
            }
        }, cancel));
        return command.WithExamples(
            "loci generate MODEL \"Once upon a time\" --max-tokens 200 --greedy",
            "loci generate MODEL \"\" --temperature 0.8 --top-p 0.95 --seed 7",
            "loci generate MODEL \"Once upon a time\" --greedy --set L3=x0.5",
            "loci generate MODEL \"Once upon a time\" --save-state story.state",
            "loci generate MODEL \"\" --state story.state --save-state story.state --stop \"The end\"");
    }

    private static Option<float> Number(string name, string letter, string about, float most, string error) => new(name)
    {
        Description = about,
        HelpName = letter,
        DefaultValueFactory = _ => 1,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (float.TryParse(text, CultureInfo.InvariantCulture, out float value) && value > 0 && value <= most
                && float.IsFinite(value)) return value;
            result.AddError(string.Format(CultureInfo.InvariantCulture, error, text));
            return 1;
        },
    };

    private static (Session Session, SavedState? Resumed) Begin(Model model, string? file, Compute compute)
    {
        if (file is null) return (new Session(model.Transformer, compute), null);
        if (!File.Exists(file)) throw new LociException(
            $"There is no state {file}. «loci read» and --save-state write one.");
        var state = SavedState.Load(file);
        return (state.Resume(model, compute), state);
    }

    private static bool IsSame(string save, string? state) =>
        state is not null && Path.GetFullPath(save) == Path.GetFullPath(state);

    // What begins a text stands before the first prompt alone.
    private static List<int> Prompt(Model model, string text, int read)
    {
        if (read > 0) return text.Length == 0 ? [] : Shared.Tokenizer(model).Encode(text);
        var tokens = model.Encode(text);
        if (tokens.Count == 0 && (model.Tokenizer?.BeginOfSequence ?? model.Spec.BeginOfSequence) is { } begin)
            tokens.Add(begin);
        return tokens;
    }

    private static HashSet<int> EndTokens(Model model)
    {
        HashSet<int> ends = [.. model.Spec.EndOfSequence];
        if (model.Tokenizer?.EndOfSequence is { } end) ends.Add(end);
        return ends;
    }

    private static IEnumerable<int> Until(IEnumerable<int> made, CancellationToken cancel)
    {
        foreach (int token in made)
        {
            cancel.ThrowIfCancellationRequested();
            yield return token;
        }
    }

    private static void Stream(Model model, List<int> prompt, IEnumerable<int> made, StopStrings stops, bool resumed)
    {
        var text = new TokenStream(model, prompt, resumed);
        var output = Screen.Text; // a pipe gets the text to the byte
        output.Write(text.Start);
        try
        {
            foreach (int token in made)
            {
                output.Write(stops.Push(token, text.Next(token)));
                output.Flush();
                if (stops.Stopped) break;
            }
        }
        finally
        {
            // However it ends, the text ends its line.
            if (!stops.Stopped) output.Write(stops.Push(text.End()) + stops.Rest());
            output.WriteLine();
        }
    }

    private static GenerationView Whole(Model model, List<int> prompt, IEnumerable<int> made, StopStrings stops,
        bool resumed)
    {
        var text = new TokenStream(model, prompt, resumed);
        var shown = new StringBuilder(text.Start);
        var tokens = new List<int>();
        foreach (int token in made)
        {
            tokens.Add(token);
            shown.Append(stops.Push(token, text.Next(token)));
            if (stops.Stopped) break;
        }
        if (!stops.Stopped) shown.Append(stops.Push(text.End())).Append(stops.Rest());
        return new(shown.ToString(), prompt, tokens, stops.Stopped, model.Spec.TrainedLength);
    }
}
