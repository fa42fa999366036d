using System.CommandLine;
using Loci.Models;
using Loci.Tracing;

namespace Loci.Cli.Commands;

/// <summary>Steering from the command line: the changes of coefficients that a model runs under.</summary>
internal static class SteeringOptions
{
    private const int MostBytes = 1 << 20;

    /// <summary>The option <c>--set</c>.</summary>
    public static Option<string[]> Set() => new("--set")
    {
        HelpName = "CHANGES",
        Description =
            "Change coefficients at every position: L3/387=0, L3/387=x0.5, L3=0 for a layer, L3.h2=0 for a head; "
            + "lists with commas, or @FILE. What was is shown beside.",
        DefaultValueFactory = _ => [],
    };

    /// <summary>The changes that a person gave; none: null.</summary>
    public static IReadOnlyList<CoefficientChange>? Read(string[] lists, ModelSpec spec) => lists.Length == 0
        ? null
        : [.. lists.SelectMany(
            list =>
                PromptTokens.Named("--set",
                    () => CoefficientChange.ParseList(list.StartsWith('@') ? FileText(list[1..]) : list, spec)))];

    private static string FileText(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists) throw new LociException($"--set: there is no file {path}.");
        if (file.Length > MostBytes)
            throw new LociException(
                $"--set: {path} has {file.Length:N0} bytes; a list of changes has at most {MostBytes:N0}.");
        return File.ReadAllText(path);
    }
}
