namespace Loci.Server.Sharing;

/// <summary>
/// A thing that many use at the same time and that may be replaced meanwhile: it is disposed of when it has been
/// replaced and the last lease of it has ended.
/// </summary>
internal sealed class Leased<T>(T value)
    where T : class, IDisposable
{
    private readonly Lock _gate = new();
    private int _leases = 1; // the owner's own

    /// <summary>Takes it; null where it has been retired.</summary>
    public Lease<T>? Take()
    {
        lock (_gate)
        {
            if (_leases == 0) return null;
            _leases++;
            return new(value, Release);
        }
    }

    /// <summary>Ends the owner's lease: nobody takes it any more.</summary>
    public void Retire() => Release();

    private void Release()
    {
        lock (_gate)
            if (--_leases > 0) return;
        value.Dispose();
    }
}

/// <summary>The right to use a shared thing until this is disposed of.</summary>
internal sealed class Lease<T>(T value, Action release) : IDisposable
{
    private Action? _release = release;

    public T Value => value;

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
