using System.Diagnostics;

namespace Loci.Bench;

/// <summary>The most memory the process held at once.</summary>
internal static class PeakMemory
{
    /// <summary>
    /// Starts anew where the system allows it (Linux); elsewhere the peak counts from the start of the process.
    /// </summary>
    public static void Reset()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        try
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.WriteLine("(peak memory counts from the start of the process)");
        }
    }

    /// <summary>In megabytes of 10⁶ bytes.</summary>
    public static double Megabytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / 1e6;
    }
}
