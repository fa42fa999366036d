using Loci.Atlas.Building;

namespace Loci.Cluster.Ledgers;

/// <summary>A set of blocks as ranges apart from each other, ascending.</summary>
internal sealed class FreeBlocks
{
    private readonly List<BlockRange> _ranges = [];

    /// <summary>All blocks from 0.</summary>
    public FreeBlocks(int blocks)
    {
        if (blocks > 0) _ranges.Add(new(0, blocks));
    }

    /// <summary>How many there are.</summary>
    public int Count => _ranges.Sum(range => range.Count);

    /// <summary>True where every block of a range is in the set.</summary>
    public bool Contains(BlockRange range) =>
        _ranges.Exists(free => free.First <= range.First && range.End <= free.End);

    /// <summary>Takes the first blocks out, at most so many, all in one range.</summary>
    public BlockRange Take(int most)
    {
        var first = _ranges[0];
        var taken = first with { End = Math.Min(first.End, first.First + Math.Max(1, most)) };
        Remove(taken);
        return taken;
    }

    /// <summary>Takes a range out that is in it.</summary>
    public void Remove(BlockRange range)
    {
        int at = _ranges.FindIndex(free => free.First <= range.First && range.End <= free.End);
        if (at < 0) throw new InvalidOperationException($"{range} are not all free");
        var free = _ranges[at];
        _ranges.RemoveAt(at);
        if (range.End < free.End) _ranges.Insert(at, free with { First = range.End });
        if (free.First < range.First) _ranges.Insert(at, free with { End = range.First });
    }

    /// <summary>Puts a range back.</summary>
    public void Add(BlockRange range)
    {
        int at = _ranges.FindIndex(free => free.First >= range.End);
        if (at < 0) at = _ranges.Count;
        if (at < _ranges.Count && _ranges[at].First == range.End)
        {
            range = range with { End = _ranges[at].End };
            _ranges.RemoveAt(at);
        }
        if (at > 0 && _ranges[at - 1].End == range.First)
        {
            range = range with { First = _ranges[at - 1].First };
            _ranges.RemoveAt(--at);
        }
        _ranges.Insert(at, range);
    }
}
