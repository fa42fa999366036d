namespace Loci.Models.Hub;

/// <summary>Ends a question whose whole answer takes too long, however steadily it drips.</summary>
internal static class Deadline
{
    /// <summary>Asks.</summary>
    /// <param name="options">How long it may take.</param>
    /// <param name="address">What is asked, for the message.</param>
    /// <param name="ask">The question; given a token that ends it.</param>
    /// <param name="cancellation">Ends it earlier.</param>
    /// <exception cref="BrokenTransferException">It takes too long.</exception>
    public static async Task<T> AskAsync<T>(
        HubOptions options, Uri address, Func<CancellationToken, Task<T>> ask, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(options.AnswerDeadline);
        try
        {
            return await ask(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new BrokenTransferException(
                $"{HubTransport.Show(address)}: no whole answer within {options.AnswerDeadline.TotalSeconds} s", e);
        }
    }
}
