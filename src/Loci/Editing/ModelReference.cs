namespace Loci.Editing;

/// <summary>
/// What a person calls a model, with the journal that may stand behind an «@»: <c>demo@my.journal</c>,
/// <c>org/name@revision@my.journal</c>. A path that is there wins over every other reading; else the text is cut at its
/// last «@», and what follows is a journal if it is a file that says so, else it belongs to the model's name.
/// </summary>
/// <param name="Model">The model without its journal.</param>
/// <param name="Journal">The journal's path, or null.</param>
public sealed record ModelReference(string Model, string? Journal)
{
    /// <summary>Reads a name.</summary>
    /// <param name="text">What a person typed.</param>
    /// <param name="isLocal">True for names that need no hub: built-in models.</param>
    /// <exception cref="LociException">It can be read in two ways, or what follows «@» is no journal.</exception>
    public static ModelReference Parse(string text, Func<string, bool> isLocal)
    {
        if (Path.Exists(text) || isLocal(text)) return new(text, null);
        int at = text.LastIndexOf('@');
        if (at <= 0 || at == text.Length - 1) return new(text, null);
        string model = text[..at], behind = text[(at + 1)..];
        string[] journals =
        [
            .. Enumerable.Range(1, text.Length - 2).Where(i => text[i] == '@').Select(i => text[(i + 1)..])
                .Where(EditJournal.Is),
        ];
        if (journals.Length > 1)
            throw new LociException(
                $"«{text}» can be read in {journals.Length} ways: {string.Join(" and ", journals)} are journals. "
                + $"Put ./ before the one that is meant, or move the other.");
        if (journals.Length == 1) return new(text[..^(journals[0].Length + 1)], journals[0]);
        // A local model has no revisions: what stands behind it must be a journal.
        if (Path.Exists(model) || isLocal(model))
            throw new LociException(File.Exists(behind)
                ? $"{behind} is no journal of edits: it does not begin with {{\"loci_journal\":. «{model}» is a model "
                    + "here, which has no revisions."
                : $"There is no journal {behind} for «{model}». «loci edit … --journal {behind}» begins one.");
        return new(text, null);
    }
}
