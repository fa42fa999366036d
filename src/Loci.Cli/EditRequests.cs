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
    public static EditCase[] WorldCases(Model model, IReadOnlyList<EditRequest> requests, Compute compute)
    {
        if (!model.Name.StartsWith("demo", StringComparison.Ordinal)) return [];
        var cases = Loci.Editing.WorldCases.Of(model, World.Create(OwnText.World), compute);
        return [.. requests.Select(cases.Of).OfType<EditCase>()];
    }
}
