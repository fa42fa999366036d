using Loci.Memory.Numerics;

namespace Loci.Worlds;

/// <summary>Random choices that are the same everywhere: those of <see cref="SplitMix64"/>.</summary>
internal sealed class Draws(ulong seed)
{
    private ulong _state = seed;

    /// <summary>64 random bits.</summary>
    public ulong Bits() => SplitMix64.Next(ref _state);

    /// <summary>
    /// A number from 0 to <paramref name="count"/> − 1. The bias, count / 2⁶⁴, is far below anything measurable.
    /// </summary>
    public int Below(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return (int)Math.BigMul(Bits(), (ulong)count, out _);
    }

    /// <summary>A number from <paramref name="least"/> to <paramref name="most"/>, both included.</summary>
    public int Between(int least, int most) => least + Below(most - least + 1);

    /// <summary>True with this probability.</summary>
    public bool Chance(double probability) => SplitMix64.NextShare(ref _state) < probability;

    /// <summary>One of the items.</summary>
    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>The items in random order.</summary>
    public List<T> Shuffled<T>(IEnumerable<T> items)
    {
        List<T> order = [.. items];
        for (int i = order.Count - 1; i > 0; i--)
        {
            int j = Below(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }
}
