namespace Loci.Cluster.Work;

/// <summary>Long computations on threads of their own: neither a grain's turn nor the pool waits for them.</summary>
internal static class WorkThread
{
    /// <summary>Runs it on a new thread.</summary>
    public static Task<T> Run<T>(string name, Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (OperationCanceledException)
            {
                done.SetCanceled();
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        })
        { Name = name, IsBackground = true, Priority = ThreadPriority.BelowNormal }.Start();
        return done.Task;
    }
}
