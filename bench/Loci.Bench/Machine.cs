using System.Runtime.InteropServices;

namespace Loci.Bench;

/// <summary>What a benchmark ran on: results of different processors are kept apart.</summary>
/// <param name="Processor">The processor's name as it gives it.</param>
/// <param name="System">Operating system, runtime and number of logical processors.</param>
internal sealed record Machine(string Processor, string System)
{
    /// <summary>This one.</summary>
    public static Machine Here { get; } = new(ProcessorName(),
        $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, "
        + $"{Environment.ProcessorCount} logical processors");

    /// <summary>The processor as the name of a folder: <c>AMD.EPYC.7763.64-Core.Processor</c>.</summary>
    public string Folder => string.Join('.',
        string.Concat(Processor.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' ? c : ' '))
        .Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static string ProcessorName()
    {
        const string Cpus = "/proc/cpuinfo";
        string? named = File.Exists(Cpus)
            ? File.ReadLines(Cpus).FirstOrDefault(
                line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[^1].Trim()
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        return string.IsNullOrWhiteSpace(named) ? $"unknown {RuntimeInformation.ProcessArchitecture}" : named;
    }
}
