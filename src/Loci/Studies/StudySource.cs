using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Loci.Atlas;
using Loci.Models;
using Loci.Text;

namespace Loci.Studies;

/// <summary>
/// What a study reads: a model, its atlas, and the text the atlas was built from. They are checked to belong together.
/// </summary>
public sealed class StudySource
{
    private string? _identity;

    /// <summary>Joins the three.</summary>
    /// <exception cref="LociException">The atlas is another model's or another text's.</exception>
    public StudySource(Model model, AtlasFile atlas, StudyText text)
    {
        if (model.Identity != atlas.Manifest.ModelHash)
            throw new LociException(
                $"{atlas.Path} was not built from this {model.Name}: its model was «{atlas.Manifest.Model}» with the "
                + $"hash {atlas.Manifest.ModelHash[..12]}, this one's is {model.Identity[..12]}.");
        if (text.Prefixes != atlas.Manifest.Prefixes)
            throw new LociException(
                $"{atlas.Path} was built from another text: {atlas.Manifest.Prefixes:N0} prefixes, this one has "
                + $"{text.Prefixes:N0}.");
        (Model, Atlas, Text) = (model, atlas, text);
    }

    /// <summary>The model.</summary>
    public Model Model { get; }

    /// <summary>Its atlas over <see cref="Text"/>.</summary>
    public AtlasFile Atlas { get; }

    /// <summary>The text.</summary>
    public StudyText Text { get; }

    /// <summary>
    /// Tells this source from every other: a SHA-256 over the model's identity, what the atlas was made from and how,
    /// and the tokens.
    /// </summary>
    public string Identity => _identity ??= Hash();

    private string Hash()
    {
        var m = Atlas.Manifest;
        string made = string.Create(CultureInfo.InvariantCulture,
            $"{Model.Identity} {m.Spec.TokenizerHash} {m.Reading} {m.Unit} {m.MaxSentences} {m.Context} {m.Top} "
            + $"{m.ValueTokens} {m.Part} {m.Format} {m.LociVersion}");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Join('\n', [made, .. m.Corpus.Select(file => file.Sha256)])));
        hash.AppendData(MemoryMarshal.AsBytes(Text.Tokens));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Opens the text an atlas was built from and joins the three.</summary>
    /// <exception cref="LociException">They do not belong together.</exception>
    public static StudySource Open(Model model, AtlasFile atlas, Corpus corpus, StudyOptions options) =>
        new(model, atlas, StudyText.Read(model, corpus, atlas.Manifest, options));
}
