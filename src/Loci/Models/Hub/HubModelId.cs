using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Loci.Models.Hub;

/// <summary>
/// A model on a hub: <c>org/name</c> or <c>name</c>, optionally <c>@revision</c> (a branch, tag or commit).
/// </summary>
public sealed partial record HubModelId
{
    private const int MaxLength = 96;

    private HubModelId(string name, string revision) => (Name, Revision) = (name, revision);

    /// <summary><c>org/name</c> or <c>name</c>.</summary>
    public string Name { get; }

    /// <summary>Branch, tag or commit; <c>main</c> where none was given.</summary>
    public string Revision { get; }

    /// <summary>Reads an id.</summary>
    /// <exception cref="LociException">The text is no id.</exception>
    public static HubModelId Parse(string text) => TryParse(text, out var id)
        ? id
        : throw new LociException(
            $"{ErrorText.Quote(text)} is no model id; org/name or org/name@revision was expected");

    /// <summary>
    /// Reads an id; false where the text is none. Parts that a path or an address could misread are refused.
    /// </summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out HubModelId? id)
    {
        id = null;
        int at = text.IndexOf('@', StringComparison.Ordinal);
        string name = at < 0 ? text : text[..at], revision = at < 0 ? "main" : text[(at + 1)..];
        if (name.Length > MaxLength || revision.Length > MaxLength || !NamePattern().IsMatch(name)
            || !RevisionPattern().IsMatch(revision))
            return false;
        if (name.Contains("..", StringComparison.Ordinal) || name.Contains("--", StringComparison.Ordinal))
            return false;
        if (revision.Contains("..", StringComparison.Ordinal)) return false;
        id = new(name, revision);
        return true;
    }

    /// <summary>True for 40 lowercase hexadecimal digits, the name of a commit.</summary>
    internal static bool IsCommit(string text) => text.Length == 40 && text.All(char.IsAsciiHexDigitLower);

    /// <inheritdoc/>
    public override string ToString() => Revision == "main" ? Name : $"{Name}@{Revision}";

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex RevisionPattern();
}
