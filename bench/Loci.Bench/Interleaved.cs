using System.Diagnostics;

namespace Loci.Bench;

/// <summary>Times two ways of doing the same by turns, A B A B, so that a disturbance of the machine meets both.</summary>
internal static class Interleaved
{
    private const double Turn = 1e-3; // seconds, at least
    private const double Warmth = 0.03;

    /// <summary>Median seconds of one call of each.</summary>
    /// <param name="a">The first way.</param>
    /// <param name="b">The second way.</param>
    /// <param name="seconds">Time to spend on both together, after a warm-up.</param>
    public static (double A, double B) Time(Action a, Action b, double seconds = 0.12)
    {
        int callsA = Calls(a), callsB = Calls(b);
        List<double> timesA = [], timesB = [];
        long start = Stopwatch.GetTimestamp();
        while (timesA.Count < 5 || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            timesA.Add(Once(a, callsA));
            timesB.Add(Once(b, callsB));
        }
        return (Median(timesA), Median(timesB));
    }

    /// <summary>Warms up, and finds how many calls make a turn.</summary>
    private static int Calls(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        double fastest = double.MaxValue;
        int count = 0;
        while (count < 3 || Stopwatch.GetElapsedTime(start).TotalSeconds < Warmth)
        {
            fastest = Math.Min(fastest, Once(action, 1));
            count++;
        }
        return (int)Math.Ceiling(Turn / fastest);
    }

    private static double Once(Action action, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++) action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds / calls;
    }

    private static double Median(List<double> times)
    {
        times.Sort();
        return times[times.Count / 2];
    }
}
