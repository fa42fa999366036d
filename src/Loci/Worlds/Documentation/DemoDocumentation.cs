using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Loci.Worlds.Documentation;

/// <summary>The text that the built-in model <c>demo-docs</c> was trained on.</summary>
public static class DemoDocumentation
{
    /// <summary>The version of the SDK's reference packs.</summary>
    public const string Version = "10.0.12";

    /// <summary>The text, as <see cref="DocumentationText.Sha256"/> identifies it.</summary>
    public const string Sha256 = "79f3ec3abd0fa1f3afd166a4015f833e0584348aadc668358cb61d7f883daf95";

    /// <summary>One passage in so many is in the sample that the model's atlas is built over.</summary>
    public const int OneIn = 16;

    /// <summary>
    /// The sample of what the model learned from: passages chosen by their text alone, so that they come from every
    /// part of the libraries, and in another version are the same ones, but for what was written anew.
    /// </summary>
    public static IReadOnlyList<DocumentationPassage> Sample(DocumentationText text) =>
    [
        .. text.Passages.Where(passage => !HeldOutDocumentation.Demo.Holds(passage.Subject)
            && BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(passage.Text))) % OneIn
            == 0),
    ];

    /// <summary>What the model has never read.</summary>
    public static IReadOnlyList<DocumentationPassage> HeldOut(DocumentationText text) =>
        [.. text.Passages.Where(passage => HeldOutDocumentation.Demo.Holds(passage.Subject))];
}
