namespace Loci.Models.Hub;

/// <summary>Tries again after broken transfers, with pauses that double, a bounded number of times.</summary>
internal static class Retry
{
    private const long NotableProgress = 8 << 20;
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private static string Seconds(TimeSpan time) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalSeconds)} s");

    /// <summary>Runs a transfer until it succeeds.</summary>
    /// <param name="options">How often and how patiently.</param>
    /// <param name="transfer">Throws <see cref="BrokenTransferException"/> where trying again may help.</param>
    /// <param name="received">
    /// Bytes that are safe so far; an attempt that brought many does not count as failed.
    /// </param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<T> RunAsync<T>(
        HubOptions options, Func<Task<T>> transfer, Func<long> received, CancellationToken cancellation)
    {
        for (int failures = 0; ;)
        {
            long before = received();
            try
            {
                return await transfer().ConfigureAwait(false);
            }
            catch (BrokenTransferException e)
            {
                failures = received() - before >= NotableProgress ? 1 : failures + 1;
                if (failures >= options.Attempts)
                    throw new LociException(
                        $"{e.Message} (tried {failures} times; what has arrived is kept, and the next run resumes it)",
                        e);
                if (e.RetryAfter > options.LongestRetryAfter)
                    throw new LociException(
                        $"{e.Message} and asks to be left alone for {Seconds(e.RetryAfter.Value)}, where at most "
                            + $"{Seconds(options.LongestRetryAfter)} are waited: " +
                        "try again then; what has arrived is kept", e);
                if (e.RetryAfter is { } asked)
                    options.Notice?.Invoke($"{e.Message} and asks to be left alone for {Seconds(asked)}: waiting.");
                var pause = options.FirstPause * Math.Pow(2, failures - 1);
                await Task.Delay(e.RetryAfter ?? (pause < LongestPause ? pause : LongestPause), cancellation)
                    .ConfigureAwait(false);
            }
        }
    }
}
