using System.Runtime.ExceptionServices;

namespace Loci.Memory.Numerics.Kernels;

/// <summary>
/// Shares a product among threads: the caller and helpers from the thread pool claim parts of it until none is left.
/// The caller never waits for a helper that has not begun, so a busy pool costs speed, not progress. Each calling
/// thread keeps one share and uses it again; a helper that comes too late finds it closed, or helps the next product.
/// </summary>
internal sealed class ProductShare : IThreadPoolWorkItem
{
    /// <summary>Work that is worth a helper: multiply-adds, with a few rows' worth for reading the weights.</summary>
    private const long WorthHelper = 300_000;
    private const int WeightRows = 2;

    [ThreadStatic]
    private static ProductShare? t_share;

    private Product _product;
    private ProductParts _parts;
    private Exception? _failure;
    private int _next; // part to claim
    private int _limit; // helpers wanted
    private int _inside; // helpers that have come and not left
    private int _queued; // helpers asked for that have not come yet
    private bool _open;

    /// <summary>Computes the whole product.</summary>
    public static void Run(in Product product, int threads)
    {
        long work = (long)(product.Rows + WeightRows) * product.Inputs * product.Outputs;
        int useful = (int)Math.Clamp(work / WorthHelper, 1, Math.Min(threads, Environment.ProcessorCount));
        var parts = new ProductParts(product, useful);
        if (useful > 1 && parts.Count > 1)
        {
            (t_share ??= new ProductShare()).RunShared(product, parts, Math.Min(useful, parts.Count) - 1);
            return;
        }
        for (int part = 0; part < parts.Count; part++) parts.Run(product, part);
    }

    void IThreadPoolWorkItem.Execute()
    {
        Interlocked.Decrement(ref _queued);
        if (Interlocked.Increment(ref _inside) <= Volatile.Read(ref _limit) && Volatile.Read(ref _open))
        {
            try
            {
                Work();
            }
            catch (Exception e) when (e is OutOfMemoryException)
            {
                _failure = e;
            }
        }
        Interlocked.Decrement(ref _inside);
    }

    private void RunShared(in Product product, in ProductParts parts, int helpers)
    {
        // Nobody is inside an open share here: the last call has waited for that.
        _product = product;
        _parts = parts;
        _failure = null;
        _next = 0;
        _limit = helpers;
        Volatile.Write(ref _open, true);
        while (Volatile.Read(ref _queued) < helpers)
        {
            Interlocked.Increment(ref _queued);
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
        try
        {
            Work();
        }
        finally
        {
            // Closed first, looked at second; a helper comes in first and looks second: one of the two sees the other.
            Interlocked.Exchange(ref _open, false);
            for (var wait = default(SpinWait); Volatile.Read(ref _inside) > 0;) wait.SpinOnce(sleep1Threshold: -1);
        }
        if (_failure is not null) ExceptionDispatchInfo.Throw(_failure);
    }

    private void Work()
    {
        for (int part; (part = Interlocked.Increment(ref _next) - 1) < _parts.Count;) _parts.Run(_product, part);
    }
}
