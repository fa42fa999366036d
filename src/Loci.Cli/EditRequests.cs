using System.Globalization;
using Loci.Atlas;
using Loci.Editing;
using Loci.Models;
using Loci.Worlds;

namespace Loci.Cli;

/// <summary>What a person asks to be edited, and the names of the files beside it.</summary>
internal static class EditRequests
{
    /// <summary>One edit from options, or a batch from a file.</summary>
    public static IReadOnlyList<EditRequest> Read(string? prompt, string? subject, string? target, string? batch)
    {
        if (batch is not null)
        {
            if (prompt is not null || subject is not null || target is not null)
                throw new UsageException("Give either a PROMPT with --subject and --to, or --batch.");
            EditRequest[] all = [.. CaseFiles.Read(batch).Select(one => one.Request)];
            return all.Length > 0 ? all : throw new UsageException($"{batch} holds no edits.");
        }
        if (prompt is null || subject is null || target is null)
            throw new UsageException("Give a PROMPT, its --subject, and --to what it is to say; or --batch FILE.");
        return [new(prompt, subject, target)];
    }

    /// <summary>A model's name as the start of a file's.</summary>
    public static string FileName(string model)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(model.Split('@')[0]));
        return name.Length > 0 ? name : "model";
    }

    /// <summary>Layers as people list them; null where none are named.</summary>
    public static IReadOnlyList<int>? Layers(string? text)
    {
        if (text is null) return null;
        var layers = new List<int>();
        foreach (string part in text.Split(','))
            layers.Add(int.TryParse(part.Trim().TrimStart('L'), out int layer) && layer >= 0 ? layer
                : throw new UsageException($"--layers is a list of numbers such as 1,2, not «{text}»."));
        return layers;
    }

    /// <summary>A method and its value's settings with the numbers that a person sets: <c>weight=15</c>.</summary>
    /// <exception cref="UsageException">There is no such setting, or it cannot be that number.</exception>
    public static (EditMethod Method, EditSettings Settings) Chosen(
        EditMethod method, EditSettings settings, IReadOnlyList<string> set)
    {
        string[] names = [.. method.Settings.Keys, .. settings.Numbers.Keys];
        var numbers = new Dictionary<string, double>();
        foreach (string one in set)
        {
            int mark = one.IndexOf('=');
            string name = mark < 0 ? one : one[..mark];
            if (!names.Contains(name))
                throw new UsageException(
                    $"{method.Name} has no setting «{name}»; it has {string.Join(", ", names)}."
                    + NearName.Suggestion(name, names));
            if (!double.TryParse(one.AsSpan(mark + 1), CultureInfo.InvariantCulture, out double number)
                || !(number >= 0) || number > Most(name))
                throw new UsageException(
                    $"--set {name} is a number from 0 to {Most(name)}, not «{one[(mark + 1)..]}».");
            numbers[name] = number;
        }
        return (method.With(numbers), settings.With(numbers));

        static double Most(string name) => name == "ball" ? (int)WeightBall.Euclidean : 1e6;
    }

    /// <summary>A part as people write it: 2/4; null where none is named.</summary>
    public static AtlasPart? Part(string? text)
    {
        if (text is null) return null;
        string[] parts = text.Split('/');
        return parts.Length == 2 && int.TryParse(parts[0], out int number) && int.TryParse(parts[1], out int of)
            && number >= 1 && number <= of ? new(number, of)
            : throw new UsageException($"--part is such as 2/4, not «{text}».");
    }

    /// <summary>The cases of the world that requests are questions of; none for other models.</summary>
    public static IReadOnlyList<EditCase> WorldCases(
        Model model, IReadOnlyList<EditRequest> requests, Compute compute) => OwnText.IsOfWorld(model)
        ? Loci.Editing.WorldCases.Of(model, World.Create(OwnText.World), requests, compute) : [];

    /// <summary>A base that a person names, and no journal behind it.</summary>
    /// <exception cref="UsageException">A journal is named too.</exception>
    public static ModelReference Base(string model)
    {
        var reference = ModelReference.Parse(model, Loci.BuiltIn.BuiltInModels.Names.Contains);
        return reference.Journal is null ? reference : throw new UsageException(
            $"{model} is an edited model, and its base is wanted here: give {reference.Model} alone.");
    }
}
