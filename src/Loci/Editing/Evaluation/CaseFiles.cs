using System.Text.Json;

namespace Loci.Editing;

/// <summary>
/// Edits as published files hold them: CounterFact (the full records, or flat ones), zsRE, MQuAKE, RippleEdits and
/// ParaRel. A file is one JSON array, or JSON lines; the kind is told by the fields of each record. ParaRel is a
/// folder.
/// </summary>
public static class CaseFiles
{
    private const long MostBytes = 1L << 30;

    /// <summary>Reads a local file.</summary>
    /// <exception cref="LociException">There is none, or a record is of no known kind.</exception>
    public static IReadOnlyList<EditCase> Read(string path)
    {
        if (ParaRelFiles.Is(path)) return ParaRelFiles.Read(path);
        byte[] bytes = InputFile.Read(path, MostBytes);
        try
        {
            int start = bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
            while (start < bytes.Length && char.IsWhiteSpace((char)bytes[start])) start++;
            if (start < bytes.Length && bytes[start] == '[')
            {
                using var array = JsonDocument.Parse(bytes.AsMemory(start));
                return [.. array.RootElement.EnumerateArray().SelectMany((record, i) => Case(record, i))];
            }
            var cases = new List<EditCase>();
            int number = 0;
            foreach (string line in System.Text.Encoding.UTF8.GetString(bytes).Split('\n'))
            {
                if (string.IsNullOrWhiteSpace(line)) continue;
                using var json = JsonDocument.Parse(line);
                cases.AddRange(Case(json.RootElement, number++));
            }
            return cases;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException
            or FormatException)
        {
            throw new InvalidFileException(path, $"holds a record that is no edit: {e.Message}", inner: e);
        }
    }

    private static IEnumerable<EditCase> Case(JsonElement json, int number)
    {
        string id = Text(json, "case_id") ?? Text(json, "id") ?? Text(json, "example_type") ?? $"{number}";
        if (json.TryGetProperty("requested_rewrite", out var rewrite))
        {
            if (rewrite.ValueKind == JsonValueKind.Array) // MQuAKE: several edits, questions over their chain
                return rewrite.EnumerateArray().Select((one, i) => Rewrite(json, one, $"{id}.{i}"));
            return [Rewrite(json, rewrite, id)];
        }
        if (json.TryGetProperty("edit", out var edit)) return [Ripple(json, edit, id)];
        if (json.TryGetProperty("src", out _)) // zsRE
        {
            string prompt = Require(json, "src");
            return
            [
                new(id, new(prompt, Require(json, "subject"), Require(json, "alt")))
                {
                    Before = Strings(json, "answers").FirstOrDefault() ?? Text(json, "pred"),
                    Paraphrases = Strings(json, "rephrase"),
                    Neighbours = Text(json, "loc") is { } near
                        ? [new(near.StartsWith("nq question: ", StringComparison.Ordinal) ? near[13..] : near,
                            Require(json, "loc_ans"))] : [],
                },
            ];
        }
        // Flat: prompt, subject, target_new, target_true, or our own batch file.
        return
        [
            new(id, new(
                Filled(Require(json, "prompt"), Require(json, "subject")), Require(json, "subject"),
                Text(json, "target_new") ?? Require(json, "target")))
            {
                Before = Text(json, "target_true") ?? Text(json, "ground_truth"),
                Paraphrases = [.. Strings(json, "paraphrases"), .. Strings(json, "rephrase_prompt")],
                Neighbours = [.. Strings(json, "neighbourhood_prompts")
                    .Select(near => new PromptAnswer(near, Text(json, "target_true") ?? ""))],
            },
        ];
    }

    private static EditCase Rewrite(JsonElement json, JsonElement rewrite, string id)
    {
        string subject = Require(rewrite, "subject"), was = Require(rewrite.GetProperty("target_true"), "str");
        return new(id, new(
            Filled(Require(rewrite, "prompt"), subject), subject, Require(rewrite.GetProperty("target_new"), "str")))
        {
            Before = was,
            Paraphrases = [.. Strings(json, "paraphrase_prompts"), .. Strings(rewrite, "question")],
            Neighbours = [.. Strings(json, "neighborhood_prompts").Select(near => new PromptAnswer(near, was))],
            Openings = Strings(json, "generation_prompts"),
            Consequences = [.. Strings(json, "questions").Select(question => new Consequence(
                "several hops", question, [Require(json, "new_answer"), .. Strings(json, "new_answer_alias")],
                [.. Hops(json)]))],
        };
    }

    // What the model must know before: the single hops, with their answers as they were.
    private static IEnumerable<PromptAnswer> Hops(JsonElement json) =>
        json.TryGetProperty("single_hops", out var hops)
            ? hops.EnumerateArray().Select(hop => new PromptAnswer(Require(hop, "cloze"), Require(hop, "answer")))
            : [];

    private static EditCase Ripple(JsonElement json, JsonElement edit, string id)
    {
        // «The name of the mother of SUBJECT is TARGET.»: the file names neither by itself.
        string sentence = Require(edit, "prompt").TrimEnd('.', ' ');
        string target = Text(edit, "target") ?? After(sentence, " is ", "target");
        string prompt = sentence.EndsWith(target, StringComparison.Ordinal)
            ? sentence[..^target.Length].TrimEnd() : sentence;
        string subject = Text(edit, "subject")
            ?? After(prompt.EndsWith(" is", StringComparison.Ordinal) ? prompt[..^3] : prompt, " of ", "subject");
        (string Field, string Kind)[] kinds =
        [
            ("Logical_Generalization", "logic"), ("Compositionality_I", "composition"),
            ("Compositionality_II", "composition"), ("Subject_Aliasing", "alias"),
        ];
        return new(id, new(prompt, subject, target))
        {
            Neighbours = [.. Tests(json, "Relation_Specificity").SelectMany(test => test.Queries)
                .Select(query => new PromptAnswer(query.Prompt, query.Answers[0]))],
            Consequences = [.. kinds.SelectMany(kind => Tests(json, kind.Field).SelectMany(test =>
                test.Queries.Select(query => new Consequence(kind.Kind, query.Prompt, query.Answers,
                    [.. test.Conditions.Select(c => new PromptAnswer(c.Prompt, c.Answers[0]))]))))],
        };
    }

    private static string After(string text, string mark, string wanted) =>
        text.LastIndexOf(mark, StringComparison.Ordinal) is >= 0 and int at ? text[(at + mark.Length)..]
            : throw new FormatException($"its prompt «{text}» has no «{mark.Trim()}» before the {wanted}");

    private sealed record Query(string Prompt, IReadOnlyList<string> Answers);

    private static IEnumerable<(Query[] Queries, Query[] Conditions)> Tests(JsonElement json, string field) =>
        !json.TryGetProperty(field, out var tests) ? []
            : tests.EnumerateArray().Select(test =>
                (Queries(test, "test_queries"), Queries(test, "condition_queries")));

    private static Query[] Queries(JsonElement json, string field) => !json.TryGetProperty(field, out var queries) ? []
        : [.. queries.EnumerateArray().Select(query => new Query(Require(query, "prompt"),
            [.. query.GetProperty("answers").EnumerateArray().Select(a => Require(a, "value"))]))
            .Where(query => query.Answers.Count > 0)];

    private static string Filled(string prompt, string subject) =>
        prompt.Replace("{}", subject, StringComparison.Ordinal);

    private static string? Text(JsonElement json, string name) => !json.TryGetProperty(name, out var value) ? null
        : value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };

    private static string Require(JsonElement json, string name) =>
        Text(json, name) ?? throw new FormatException($"it has no «{name}»");

    private static string[] Strings(JsonElement json, string name) => !json.TryGetProperty(name, out var value) ? []
        : value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Array => [.. value.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String)
                .Select(v => v.GetString()!)],
            _ => [],
        };
}
