using System.Diagnostics;
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

    private static readonly long s_stay = Stopwatch.Frequency / 20_000; // 50 µs

    [ThreadStatic]
    private static ProductShare? t_share;

    private Product _product;
    private ProductParts _parts;
    private Exception? _failure;
    private int _next; // part to claim
    private int _limit; // helpers wanted
    private int _inside; // helpers at work
    private int _available; // helpers asked for that have not left again
    private int _generation; // counts the products
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
        while (true)
        {
            Help();
            if (NextProduct()) continue;
            // Gone first, looked at second; the caller opens first and counts second: one of the two sees the other.
            Interlocked.Decrement(ref _available);
            if (!Volatile.Read(ref _open)) return;
            Interlocked.Increment(ref _available);
        }
    }

    private void Help()
    {
        if (Interlocked.Increment(ref _inside) <= Volatile.Read(ref _limit) && Volatile.Read(ref _open))
        {
            try
            {
                Work();
            }
            catch (OutOfMemoryException e)
            {
                _failure = e;
            }
        }
        Interlocked.Decrement(ref _inside);
    }

    /// <summary>
    /// Stays a little, for products come in series and waking a thread takes as long as a small product.
    /// </summary>
    private bool NextProduct()
    {
        int generation = Volatile.Read(ref _generation);
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetTimestamp() - start < s_stay;)
        {
            if (Volatile.Read(ref _generation) != generation) return true;
            Thread.SpinWait(8);
        }
        return false;
    }

    private void RunShared(in Product product, in ProductParts parts, int helpers)
    {
        // Nobody is at work here: the last call has waited for that.
        _product = product;
        _parts = parts;
        _failure = null;
        _next = 0;
        _limit = helpers;
        Interlocked.Exchange(ref _open, true);
        Interlocked.Increment(ref _generation);
        while (Volatile.Read(ref _available) < helpers)
        {
            Interlocked.Increment(ref _available);
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
