using Loci.Models;

namespace Loci.Cli;

/// <summary>Opens what a person calls MODEL.</summary>
internal static class ModelSource
{
    public static Model Open(string name) => Model.Open(name);
}
