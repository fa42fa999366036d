using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Loci.Models;
using Loci.Models.Generation;

namespace Loci.Cli.Commands;

/// <summary><c>loci generate</c>: a text goes on, token by token, as it is made.</summary>
internal static class GenerateCommand
{
    public static Command Create()
    {
        var model = Shared.Model();
        var prompt = new Argument<string>("PROMPT") { Description = "Text to continue; empty starts from the beginning-of-sequence token." };
        var maxTokens = Shared.Count("--max-tokens", "Most tokens to make.", least: 1, fallback: 100);
        var greedy = new Option<bool>("--greedy") { Description = "Always take the best token (the default is to draw)." };
        var temperature = new Option<float>("--temperature")
        {
            Description = "Draw from softmax(logits / temperature).",
            HelpName = "T",
            DefaultValueFactory = _ => 1,
            CustomParser = result =>
            {
                if (float.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out float t) && t > 0 && float.IsFinite(t)) return t;
                result.AddError($"--temperature is a number above 0, not «{result.Tokens[0].Value}»; for the best token always, give --greedy.");
                return 1;
            },
        };
        var seed = Shared.Count("--seed", "Seed of the draws; the same seed gives the same text.", least: 0, fallback: 0);
        var threads = Shared.Threads();
        var json = Shared.Json();
        var command = new Command("generate", "Continue a text.") { model, prompt, maxTokens, greedy, temperature, seed, threads, json };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            var opened = ModelSource.Open(parsed.GetRequiredValue(model), cancel);
            var tokens = opened.Encode(parsed.GetRequiredValue(prompt));
            if (tokens.Count == 0 && (opened.Tokenizer?.BeginOfSequence ?? opened.Spec.BeginOfSequence) is { } begin) tokens.Add(begin);
            var sampler = parsed.GetValue(greedy) ? Sampler.Greedy : Sampler.AtTemperature(parsed.GetValue(temperature), parsed.GetValue(seed));
            var made = Generator.Generate(
                opened.Transformer, tokens, sampler, parsed.GetValue(maxTokens), EndTokens(opened), parsed.GetValue(threads));
            if (parsed.GetValue(json)) WriteJson(opened, tokens, Until(made, cancel));
            else Stream(opened, tokens, Until(made, cancel));
            return 0;
        }, cancel));
        return command.WithExamples(
            "loci generate MODEL \"Once upon a time\" --max-tokens 200 --greedy",
            "loci generate MODEL \"\" --temperature 0.8 --seed 7");
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

    private static void Stream(Model model, List<int> prompt, IEnumerable<int> made)
    {
        var tokenizer = model.Tokenizer!;
        var decoder = Encoding.UTF8.GetDecoder(); // keeps the bytes of a character until its last one comes
        var bytes = new List<byte>();
        char[] text = new char[64];
        string start = tokenizer.Decode(prompt.ToArray());
        Console.Out.Write(start);
        bool started = start.Length > 0;
        try
        {
            foreach (int token in made) Show(token);
        }
        finally
        {
            // However it ends, the text ends its line.
            Console.Out.Write(text.AsSpan(0, decoder.GetChars([], text, flush: true)));
            Console.Out.WriteLine();
        }

        void Show(int token)
        {
            bytes.Clear();
            tokenizer.DecodeBytes(token, bytes);
            // The space before the first word of a text belongs to the tokenizer, not to the text.
            if (!started && bytes is [(byte)' ', ..] && tokenizer.Decode([.. prompt, token]) is not [' ', ..]) bytes.RemoveAt(0);
            started |= bytes.Count > 0;
            var next = CollectionsMarshal.AsSpan(bytes);
            if (text.Length < next.Length + 1) text = new char[2 * next.Length];
            int length = decoder.GetChars(next, text, flush: false);
            Console.Out.Write(text.AsSpan(0, length));
            Console.Out.Flush();
        }
    }

    private static void WriteJson(Model model, List<int> tokens, IEnumerable<int> made) => JsonOutput.Write(json =>
    {
        int[] all = [.. tokens, .. made];
        json.WriteStartObject();
        json.WriteString("text", model.Tokenizer!.Decode(all));
        json.WriteStartArray("prompt");
        foreach (int token in tokens) json.WriteNumberValue(token);
        json.WriteEndArray();
        json.WriteStartArray("made");
        foreach (int token in all.Skip(tokens.Count)) json.WriteNumberValue(token);
        json.WriteEndArray();
        json.WriteEndObject();
    });
}
