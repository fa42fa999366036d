using Loci.Atlas.Building;

namespace Loci.Cluster.Ledgers;

/// <summary>A promise to a worker: this work is yours until then, under this epoch and no other.</summary>
/// <param name="Epoch">Never given twice; a later one is larger.</param>
/// <param name="Worker">Whose it is.</param>
/// <param name="Range">The blocks to observe; null: join all results and write the atlas.</param>
/// <param name="Started">When it was given.</param>
internal sealed record WorkLease(long Epoch, string Worker, BlockRange? Range, TimeSpan Started)
{
    /// <summary>When it ends unless it is renewed.</summary>
    public TimeSpan Expires { get; set; }
}

/// <summary>What a range gave.</summary>
/// <param name="Range">The blocks.</param>
/// <param name="Hash">SHA-256 of the result's file, lower-case hexadecimal.</param>
/// <param name="Bytes">Its length.</param>
internal sealed record RangeResult(BlockRange Range, string Hash, long Bytes);

/// <summary>What became of a result.</summary>
internal enum Reception
{
    /// <summary>It is the range's result.</summary>
    Accepted,

    /// <summary>The range had this very result already.</summary>
    Duplicate,

    /// <summary>The lease was not good any more; nothing is changed.</summary>
    Fenced,

    /// <summary>The range has another result: one of two workers computes wrongly.</summary>
    Disputed,
}

/// <summary>How leases are given.</summary>
/// <param name="Lease">How long a lease lasts; longer than a dead silo goes unnoticed.</param>
/// <param name="Target">How long a range is to take.</param>
internal sealed record LedgerPace(TimeSpan Lease, TimeSpan Target)
{
    /// <summary>How long after a restart workers may come back with the leases they had.</summary>
    public TimeSpan Grace => Lease / 2;

    /// <summary>How often a worker renews.</summary>
    public TimeSpan Renewal => Lease / 4;
}
