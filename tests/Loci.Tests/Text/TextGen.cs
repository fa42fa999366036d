using CsCheck;

namespace Loci.Tests.Text;

internal static class TextGen
{
    /// <summary>One of some strings, each as likely.</summary>
    public static Gen<string> OneOf(params string[] choices) => Gen.Int[0, choices.Length - 1].Select(i => choices[i]);
}
