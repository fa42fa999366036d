using Loci.Memory.Numerics;
using Worldlines.Digits;

namespace Worldlines.Learning;

/// <summary>How long and how boldly is learned.</summary>
/// <param name="Presentations">Pictures shown, the examples again and again in a new order each time.</param>
/// <param name="Rate">η.</param>
/// <param name="Pulses">Signals that each pixel sends for one picture; the change is their mean.</param>
public sealed record LearningSettings(int Presentations = 800, double Rate = 0.1, int Pulses = 8)
{
    /// <summary>How fast the running mean of a pixel's energy follows.</summary>
    public double Memory { get; init; } = 0.05;

    /// <summary>How far each picture draws every distribution back towards even.</summary>
    public double Forgetting { get; init; } = 0.003;
}

/// <summary>
/// Updates probabilities without back-propagation. Each signal takes a way by chance; it meets others; the energy that
/// it finds where the field of the right class stands, against what its pixel found on average, makes the way that it
/// took more or less likely: p ← p + η (E − Ē)(1[way] − p).
/// </summary>
public sealed class RouteLearner
{
    private const double MostShare = 2;

    private readonly LearningSettings _settings;
    private readonly Random _random;
    private readonly double[] _mean = new double[Digit.Pixels];          // Ē

    /// <param name="settings">How long and how boldly.</param>
    /// <param name="seed">The user's seed.</param>
    public RouteLearner(LearningSettings settings, int seed) =>
        (_settings, _random) = (settings, RandomStream.Of(seed, "worldline ways"));

    /// <summary>The routes so far.</summary>
    public RouteMap Map { get; } = RouteMap.Even();

    /// <summary>Learns from examples.</summary>
    /// <param name="examples">At least one.</param>
    /// <param name="watch">Told the number of pictures shown, before the first and after each.</param>
    public void Learn(Digit[] examples, Action<int>? watch = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(examples.Length);
        watch?.Invoke(0);
        int[] order = [.. Enumerable.Range(0, examples.Length)];
        for (int shown = 0; shown < _settings.Presentations; shown++)
        {
            if (shown % order.Length == 0) _random.Shuffle(order);
            Show(examples[order[shown % order.Length]]);
            watch?.Invoke(shown + 1);
        }
    }

    // One picture: every pixel sends its pulses, each pulse of all pixels is a world of its own.
    private void Show(Digit digit)
    {
        int pulses = _settings.Pulses;
        int[] ways = new int[pulses * Digit.Pixels];
        double[] energies = new double[ways.Length];
        for (int pulse = 0; pulse < pulses; pulse++)
            Propagate(digit, ways.AsSpan(pulse * Digit.Pixels, Digit.Pixels),
                energies.AsSpan(pulse * Digit.Pixels, Digit.Pixels));
        for (int pixel = 0; pixel < Digit.Pixels; pixel++)
        {
            var p = Map.Of(pixel);
            float[] before = p.ToArray();
            double found = 0;
            for (int pulse = 0; pulse < pulses; pulse++)
            {
                double energy = energies[pulse * Digit.Pixels + pixel];
                found += energy / pulses;
                float step = (float)(_settings.Rate * (energy - _mean[pixel]) / pulses);
                for (int way = 0; way < p.Length; way++) p[way] -= step * before[way];
                p[ways[pulse * Digit.Pixels + pixel]] += step;
            }
            KeepDistribution(p);
            _mean[pixel] += _settings.Memory * (found - _mean[pixel]);
        }
    }

    // Sends one signal from every pixel and tells each the energy of its own part in the meeting, at the site that is
    // taught, and nothing elsewhere: sᵢ · (J times the mean of the others that it meets + h). The site has a fixed
    // energy to give, so that each signal's part is smaller where many come; else the largest crowd would draw all.
    private void Propagate(Digit digit, Span<int> ways, Span<double> energies)
    {
        Span<double> x = stackalloc double[Digit.Pixels], y = stackalloc double[Digit.Pixels];
        Span<double> sumX = stackalloc double[RouteMap.Delays], sumY = stackalloc double[RouteMap.Delays];
        Span<int> met = stackalloc int[RouteMap.Delays];
        sumX.Clear();
        sumY.Clear();
        met.Clear();
        int arrived = 0;
        for (int pixel = 0; pixel < Digit.Pixels; pixel++)
        {
            int way = ways[pixel] = Choose(Map.Of(pixel)), delay = RouteMap.Meeting(way) % RouteMap.Delays;
            var (sx, sy) = RouteMap.Signal(digit.Ink[pixel]);
            var (sin, cos) = Math.SinCos(RouteMap.Angle(way));
            (x[pixel], y[pixel]) = (cos * sx - sin * sy, sin * sx + cos * sy);
            if (RouteMap.Site(way) != digit.Class) continue;
            sumX[delay] += x[pixel];
            sumY[delay] += y[pixel];
            met[delay]++;
            arrived++;
        }
        double share = Math.Min(MostShare, (double)Digit.Pixels / Digit.Classes / Math.Max(1, arrived));
        for (int pixel = 0; pixel < Digit.Pixels; pixel++)
        {
            energies[pixel] = 0;
            if (RouteMap.Site(ways[pixel]) != digit.Class) continue;
            int delay = RouteMap.Meeting(ways[pixel]) % RouteMap.Delays, others = Math.Max(1, met[delay] - 1);
            double agreement = (x[pixel] * (sumX[delay] - x[pixel]) + y[pixel] * (sumY[delay] - y[pixel])) / others;
            energies[pixel] = share * (Interference.Coupling * agreement + Interference.Field * x[pixel]);
        }
    }

    private int Choose(ReadOnlySpan<float> p)
    {
        double draw = _random.NextDouble();
        for (int way = 0; way < p.Length; way++)
            if ((draw -= p[way]) < 0) return way;
        return p.LastIndexOfAnyExcept(0f);       // what rounding left over
    }

    // A disappointing step can push a small probability below zero. A little is forgotten, so that no way is lost.
    private void KeepDistribution(Span<float> p)
    {
        double sum = 0;
        foreach (ref float value in p) sum += value = Math.Max(value, 0);
        foreach (ref float value in p)
            value = (float)((1 - _settings.Forgetting) * value / sum + _settings.Forgetting / p.Length);
    }
}
