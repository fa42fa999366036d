using System.Diagnostics;

namespace Loci.Bench;

/// <summary>Seconds of one call of two ways of doing the same.</summary>
internal readonly record struct Timing(double A, double B, double FastestA, double FastestB)
{
    /// <summary>How many times faster A is than B.</summary>
    public double Ratio => B / A;

    public double FastestRatio => FastestB / FastestA;
}

/// <summary>
/// Times two ways of doing the same by turns, A B A B, so that a disturbance of the machine meets both.
/// </summary>
internal static class Interleaved
{
    private const double Turn = 3e-3; // seconds, at least
    private const int Pause = 10; // milliseconds after each turn, for waiting threads of a thread pool to stop spinning
    private const double Warmth = 0.03;

    /// <summary>
    /// Seconds of one call of each: the medians, and the fastest turns, which a busy machine disturbs least.
    /// </summary>
    /// <param name="a">The first way.</param>
    /// <param name="b">The second way.</param>
    /// <param name="seconds">Time to spend on both together, after a warm-up.</param>
    public static Timing Time(Action a, Action b, double seconds = 0.25)
    {
        int callsA = Calls(a), callsB = Calls(b);
        List<double> timesA = [], timesB = [];
        long start = Stopwatch.GetTimestamp();
        while (timesA.Count < 7 || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            timesA.Add(Once(a, callsA));
            Thread.Sleep(Pause);
            timesB.Add(Once(b, callsB));
            Thread.Sleep(Pause);
        }
        return new(Median(timesA), Median(timesB), timesA.Min(), timesB.Min());
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
