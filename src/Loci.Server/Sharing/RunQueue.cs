namespace Loci.Server.Sharing;

/// <summary>
/// Lets a few runs of the model go on at once and the others wait for their turn, first come, first served.
/// </summary>
internal sealed class RunQueue(int threads) : IDisposable
{
    private const int MostAtOnce = 2;

    private readonly SemaphoreSlim _places = new(Math.Min(MostAtOnce, threads));
    private int _running, _waiting;

    /// <summary>Runs that go on.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Runs that wait.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>How much of the machine one run may take.</summary>
    public Compute Compute(CancellationToken cancel) => new(Math.Max(1, threads / MostAtOnce), cancel);

    /// <summary>Waits for a place, then works away from the thread that asks.</summary>
    /// <param name="work">The work.</param>
    /// <param name="cancel">Ends the waiting, and the work as soon as it looks.</param>
    public async Task<T> Run<T>(Func<T> work, CancellationToken cancel)
    {
        using var place = await Enter(cancel);
        return await Task.Run(work, cancel);
    }

    /// <summary>Waits for a place, which is free again when the result is disposed of.</summary>
    public async Task<IDisposable> Enter(CancellationToken cancel)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            await _places.WaitAsync(cancel);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
        Interlocked.Increment(ref _running);
        return new Place(this);
    }

    public void Dispose() => _places.Dispose();

    private sealed class Place(RunQueue queue) : IDisposable
    {
        public void Dispose()
        {
            Interlocked.Decrement(ref queue._running);
            queue._places.Release();
        }
    }
}
