using Loci.Server.Sharing;

namespace Loci.Server.Tests;

/// <summary>Leases and the queue of runs.</summary>
public sealed class SharingTests
{
    private sealed class Thing : IDisposable
    {
        public int Disposed { get; private set; }

        public void Dispose() => Disposed++;
    }

    [Fact]
    public void A_thing_goes_when_the_last_lease_has_ended()
    {
        var thing = new Thing();
        var shared = new Leased<Thing>(thing);
        var (one, other) = (shared.Take()!, shared.Take()!);
        shared.Retire();
        one.Dispose();
        one.Dispose();
        Assert.Equal(0, thing.Disposed);
        other.Dispose();
        Assert.Equal(1, thing.Disposed);
        Assert.Null(shared.Take());
    }

    [Fact]
    public async Task Runs_wait_for_their_turn_and_leave_the_queue_when_they_are_not_wanted()
    {
        var stop = TestContext.Current.CancellationToken;
        using var queue = new RunQueue(threads: 2);
        using var gate = new ManualResetEventSlim();
        Task<int>[] running = [.. Enumerable.Range(0, 2).Select(i => queue.Run(() =>
        {
            gate.Wait(stop);
            return i;
        }, stop))];
        using var unwanted = new CancellationTokenSource();
        var waiting = queue.Run(() => 7, unwanted.Token);
        while (queue.Running < 2) await Task.Delay(5, stop);
        Assert.Equal(1, queue.Waiting);
        await unwanted.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(0, queue.Waiting);
        gate.Set();
        int[] done = await Task.WhenAll(running);
        Assert.Equal([0, 1], done);
        Assert.Equal(0, queue.Running);
    }
}
