namespace Loci;

/// <summary>
/// Progress told at once, on the thread that reports it. (<see cref="Progress{T}"/> posts each report to another
/// thread, where a later one may overtake an earlier.)
/// </summary>
/// <typeparam name="T">What is told.</typeparam>
/// <param name="told">Takes a report; called from any thread.</param>
public sealed class ImmediateProgress<T>(Action<T> told) : IProgress<T>
{
    /// <inheritdoc/>
    public void Report(T value) => told(value);
}
