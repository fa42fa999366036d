using System.Diagnostics;

namespace Loci.Models.Hub;

/// <summary>Judges a transfer that never stalls and never comes to an end: a byte now and then.</summary>
internal sealed class Pace(HubOptions options, string address)
{
    private long _since = Stopwatch.GetTimestamp();
    private long _bytes;

    /// <summary>Takes note of what has arrived.</summary>
    /// <exception cref="BrokenTransferException">Over the last window less has arrived than must.</exception>
    public void Count(int bytes)
    {
        _bytes += bytes;
        var elapsed = Stopwatch.GetElapsedTime(_since);
        if (elapsed < options.PaceWindow) return;
        if (_bytes < options.LeastBytesPerSecond * elapsed.TotalSeconds)
            throw new BrokenTransferException(
                $"{address}: {_bytes} bytes arrived in {elapsed.TotalSeconds:f1} s, fewer than "
                    + $"{options.LeastBytesPerSecond} a second");
        (_since, _bytes) = (Stopwatch.GetTimestamp(), 0);
    }
}
