using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;

namespace Loci.Editing;

/// <summary>One edit as a line of a journal. Vectors stand as base64 of little-endian numbers.</summary>
internal static class JournalLine
{
    public static void Write(Utf8JsonWriter json, JournalEntry entry)
    {
        json.WriteStartObject();
        json.WriteNumber("edit", entry.Number);
        json.WriteString("name", entry.Name);
        json.WriteString("state", EditJournal.Word(entry.State));
        json.WriteStartArray("requests");
        foreach (var (prompt, subject, target) in entry.Requests)
        {
            json.WriteStartObject();
            json.WriteString("prompt", prompt);
            json.WriteString("subject", subject);
            json.WriteString("target", target);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteString("method", entry.Method);
        json.WriteStartObject("settings");
        foreach (var (name, value) in entry.Settings) json.WriteNumber(name, value);
        json.WriteEndObject();
        Numbers(json, "layers", entry.Layers);
        Numbers(json, "solved_on", entry.SolvedOn);
        json.WriteString("statistics_sha256", entry.Statistics);
        json.WriteNumber("seed", entry.Seed);
        json.WriteString("time", entry.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'",
            CultureInfo.InvariantCulture));
        json.WriteString("note", entry.Note);
        Scores(json, "before", entry.Before);
        Scores(json, "after", entry.After);
        json.WriteStartArray("changes");
        foreach (var change in entry.Changes) Change(json, change);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static JournalEntry Read(string line)
    {
        using var json = JsonDocument.Parse(line);
        var root = json.RootElement;
        return new()
        {
            Number = root.GetProperty("edit").GetInt32(),
            Name = Text(root, "name"),
            State = Text(root, "state") switch
            {
                "active" => EditState.Active,
                "undone" => EditState.Undone,
                "disabled" => EditState.Disabled,
                var other => throw new FormatException($"«{other}» is no state of an edit"),
            },
            Requests =
            [
                .. root.GetProperty("requests").EnumerateArray()
                    .Select(request => new EditRequest(
                        Text(request, "prompt"), Text(request, "subject"), Text(request, "target"))),
            ],
            Method = Text(root, "method"),
            Settings = root.GetProperty("settings").EnumerateObject()
                .ToDictionary(setting => setting.Name, setting => setting.Value.GetDouble()),
            Layers = Numbers(root, "layers"),
            SolvedOn = Numbers(root, "solved_on"),
            Statistics = Text(root, "statistics_sha256"),
            Seed = root.GetProperty("seed").GetInt32(),
            Time = DateTimeOffset.Parse(
                Text(root, "time"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
            Note = Text(root, "note"),
            Before = Scores(root, "before"),
            After = Scores(root, "after"),
            Changes = [.. root.GetProperty("changes").EnumerateArray().Select(Change)],
        };
    }

    private static string Text(JsonElement json, string name) =>
        json.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null");

    private static int[] Numbers(JsonElement json, string name) =>
        [.. json.GetProperty(name).EnumerateArray().Select(number => number.GetInt32())];

    private static void Numbers(Utf8JsonWriter json, string name, IReadOnlyList<int> numbers)
    {
        json.WriteStartArray(name);
        foreach (int number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static void Scores(Utf8JsonWriter json, string name, IReadOnlyList<RequestScore> scores)
    {
        json.WriteStartArray(name);
        foreach (var (probability, said, taken) in scores)
        {
            json.WriteStartObject();
            json.WriteNumber("probability", probability);
            json.WriteString("said", said);
            json.WriteBoolean("taken", taken);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static RequestScore[] Scores(JsonElement json, string name) =>
    [
        .. json.GetProperty(name).EnumerateArray()
            .Select(score => new RequestScore(
                score.GetProperty("probability").GetDouble(), Text(score, "said"),
                score.GetProperty("taken").GetBoolean())),
    ];

    private static void Change(Utf8JsonWriter json, TensorChange change)
    {
        json.WriteStartObject();
        json.WriteString("tensor", change.Tensor);
        if (change.Factors is { } factors)
        {
            Vectors(json, "left", factors.Terms.Select(term => term.Left));
            Vectors(json, "right", factors.Terms.Select(term => term.Right));
            Vectors(json, "keys", change.Keys);
            Vectors(json, "values", change.Values);
        }
        else
        {
            byte[] bytes = new byte[change.Numbers!.Length * sizeof(float)];
            for (int i = 0; i < change.Numbers.Length; i++)
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), change.Numbers[i]);
            json.WriteBase64String("numbers", bytes);
        }
        json.WriteEndObject();
    }

    private static TensorChange Change(JsonElement json)
    {
        string tensor = Text(json, "tensor");
        if (json.TryGetProperty("numbers", out var numbers))
        {
            byte[] bytes = numbers.GetBytesFromBase64();
            if (bytes.Length % sizeof(float) != 0) throw new FormatException($"the change of {tensor} is cut off");
            float[] values = new float[bytes.Length / sizeof(float)];
            for (int i = 0; i < values.Length; i++)
                values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
            return new(tensor, null, values, [], []);
        }
        var (left, right) = (Vectors(json, "left"), Vectors(json, "right"));
        if (left.Length != right.Length) throw new FormatException($"the factors of {tensor} do not fit each other");
        return new(
            tensor, new([.. left.Zip(right, (l, r) => new RankOne(l, r))]), null, Vectors(json, "keys"),
            Vectors(json, "values"));
    }

    private static void Vectors(Utf8JsonWriter json, string name, IEnumerable<double[]> vectors)
    {
        json.WriteStartArray(name);
        foreach (double[] vector in vectors)
        {
            byte[] bytes = new byte[vector.Length * sizeof(double)];
            for (int i = 0; i < vector.Length; i++)
                BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(i * sizeof(double)), vector[i]);
            json.WriteBase64StringValue(bytes);
        }
        json.WriteEndArray();
    }

    private static double[][] Vectors(JsonElement json, string name) =>
    [
        .. json.GetProperty(name).EnumerateArray().Select(value =>
        {
            byte[] bytes = value.GetBytesFromBase64();
            if (bytes.Length % sizeof(double) != 0) throw new FormatException($"a vector of {name} is cut off");
            double[] vector = new double[bytes.Length / sizeof(double)];
            for (int i = 0; i < vector.Length; i++)
                vector[i] = BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(i * sizeof(double)));
            return vector;
        }),
    ];
}
