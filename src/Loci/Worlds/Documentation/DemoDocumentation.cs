namespace Loci.Worlds.Documentation;

/// <summary>The text that the built-in model <c>demo-docs</c> was trained on.</summary>
public static class DemoDocumentation
{
    /// <summary>The version of the SDK's reference packs.</summary>
    public const string Version = "10.0.12";

    /// <summary>The text, as <see cref="DocumentationText.Sha256"/> identifies it.</summary>
    public const string Sha256 = "79f3ec3abd0fa1f3afd166a4015f833e0584348aadc668358cb61d7f883daf95";
}
