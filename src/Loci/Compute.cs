namespace Loci;

/// <summary>
/// How much of the machine a call may take, and what ends it early. No result depends on it, in a single bit. The
/// default is one thread and no end.
/// </summary>
public readonly record struct Compute
{
    private readonly int _helpers;

    /// <summary>So many threads.</summary>
    /// <param name="threads">Most threads to use, at least 1, the caller's among them.</param>
    /// <param name="cancellation">Ends the call with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is not one thread.</exception>
    public Compute(int threads, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        (_helpers, Cancellation) = (threads - 1, cancellation);
    }

    /// <summary>Most threads to use, at least 1.</summary>
    public int Threads => _helpers + 1;

    /// <summary>Ends the call with an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken Cancellation { get; }

    internal ParallelOptions Parallel => new() { MaxDegreeOfParallelism = Threads, CancellationToken = Cancellation };
}
