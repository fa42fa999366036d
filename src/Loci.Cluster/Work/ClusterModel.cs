using Loci.BuiltIn;
using Loci.Models;

namespace Loci.Cluster.Work;

/// <summary>Opens what a person calls MODEL, on the machine of a worker: nothing is fetched here.</summary>
internal static class ClusterModel
{
    /// <exception cref="LociException">There is no such model on this machine, or it cannot be read.</exception>
    public static Model Open(string name) =>
        BuiltInModels.Names.Contains(name) ? BuiltInModels.Open(name)
        : Path.Exists(name) ? Model.Open(name, name)
        : throw new LociException(
            $"There is no model «{name}» on {Environment.MachineName}: no such directory or file, and not the name of "
            + $"a built-in model ({string.Join(", ", BuiltInModels.Names)}).");

    /// <summary>The name under which every worker finds the model.</summary>
    public static string Shared(string name) => BuiltInModels.Names.Contains(name) ? name : Path.GetFullPath(name);

    /// <summary>Where a model was opened from, as an atlas has it.</summary>
    public static string Place(string name) =>
        BuiltInModels.Names.Contains(name) || Path.IsPathFullyQualified(name) ? name : Path.Combine(".", name);
}
