using CsCheck;
using Loci.Atlas.Building;
using Loci.Cluster.Ledgers;

namespace Loci.Cluster.Tests;

/// <summary>The laws of the ledger, on a clock that the tests turn.</summary>
public class LedgerTests
{
    private static readonly LedgerPace s_pace = new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(5));

    [Fact]
    public void A_zombie_changes_nothing()
    {
        var ledger = new Ledger(1, 1, s_pace, [], At(0));
        var first = ledger.Take("a", At(0))!;
        Assert.Null(ledger.Take("b", At(9.9)));
        var second = ledger.Take("b", At(10))!;
        Assert.True(second.Epoch > first.Epoch);
        Assert.Equal(Reception.Fenced, Complete(ledger, first, "x", 11));
        Assert.Null(ledger.Renew(first.Epoch, "a", first.Range, At(11)));
        Assert.Empty(ledger.Results);
        Assert.Equal(Reception.Accepted, Complete(ledger, second, "y", 12));
        Assert.Equal("y", ledger.Results.Single().Hash[..1]);
    }

    [Fact]
    public void A_lease_that_is_renewed_lasts()
    {
        var ledger = new Ledger(1, 1, s_pace, [], At(0));
        var lease = ledger.Take("a", At(0))!;
        for (int t = 9; t < 100; t += 9)
        {
            Assert.Equal(lease.Epoch, ledger.Renew(lease.Epoch, "a", lease.Range, At(t)));
            Assert.Null(ledger.Take("b", At(t)));
        }
    }

    [Fact]
    public void What_is_late_is_given_twice_and_both_results_must_agree()
    {
        foreach (bool equal in new[] { true, false })
        {
            var ledger = new Ledger(2, 1, s_pace, [], At(0));
            var slow = ledger.Take("slow", At(0))!;
            var fast = ledger.Take("fast", At(0))!;
            Complete(ledger, fast, "f", 1);
            Assert.Null(ledger.Take("fast", At(1.5)));       // not late yet
            ledger.Renew(slow.Epoch, "slow", slow.Range, At(5));
            var twice = ledger.Take("fast", At(5))!;
            Assert.Equal(slow.Range, twice.Range);
            Assert.Null(ledger.Take("third", At(5.1)));      // not thrice
            Assert.Equal(Reception.Accepted, Complete(ledger, twice, "s", 6));
            Assert.Null(ledger.Renew(slow.Epoch, "slow", slow.Range, At(6)));
            Assert.Equal(equal ? Reception.Duplicate : Reception.Disputed,
                Complete(ledger, slow, equal ? "s" : "z", 7));
            Assert.Equal(equal, ledger.Failure is null);
            Assert.Equal("s", ledger.Results.Single(r => r.Range == slow.Range).Hash[..1]);
        }
    }

    [Fact]
    public void After_a_restart_leases_come_back_for_a_while_and_epochs_grow()
    {
        var before = new Ledger(4, 1, s_pace, [], At(0));
        var mine = before.Take("a", At(0))!;
        var after = new Ledger(4, 2, s_pace, [], At(0));
        Assert.Null(after.Take("b", At(1)));                 // first those who have work may speak
        long epoch = after.Renew(mine.Epoch, "a", mine.Range, At(2))!.Value;
        Assert.True(epoch > mine.Epoch);
        Assert.NotEqual(mine.Range, after.Take("b", At(5))!.Range);
        Assert.Equal(Reception.Accepted, Complete(after, mine with { Epoch = epoch }, "m", 6));
        var third = new Ledger(4, 3, s_pace, [], At(0));
        Assert.Null(third.Renew(mine.Epoch, "a", mine.Range, At(5))); // too late
        Assert.Equal(Reception.Fenced, Complete(third, mine, "m", 5));
    }

    [Fact]
    public void What_fails_on_one_machine_goes_to_another_and_what_fails_everywhere_ends_the_job()
    {
        var ledger = new Ledger(1, 1, s_pace, [], At(0));
        double t = 0;
        for (int i = 0; i < 2; i++, t += 100)
        {
            ledger.Take("other", At(t));
            if (ledger.Leases.SingleOrDefault(l => l.Worker == "other") is { } busy)
                ledger.Return(busy.Epoch, "other");
            var lease = ledger.Take("bad", At(t))!;
            ledger.Fail(lease.Epoch, "bad", "the disk is full", At(t));
            Assert.Null(ledger.Take("bad", At(t + 1)));      // it rests
        }
        Assert.Null(ledger.Failure);
        var good = ledger.Take("good", At(t))!;
        Assert.Equal(Reception.Accepted, Complete(ledger, good, "g", t + 1));

        ledger = new Ledger(1, 1, s_pace, [], At(0));
        string[] names = ["a", "b", "c"];
        foreach (string name in names)
            ledger.Fail(ledger.Take(name, At(0))!.Epoch, name, "the model overflows", At(0));
        Assert.Contains("the model overflows", ledger.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Results_on_disk_make_the_ledger_again_whatever_overlaps() => Gen.Int.Sample(seed =>
    {
        var random = new Random(seed);
        int blocks = random.Next(1, 60);
        var known = Enumerable.Range(0, random.Next(30)).Select(_ =>
        {
            int first = random.Next(blocks);
            return new RangeResult(new(first, random.Next(first + 1, blocks + 1)), Hash("k"), 1);
        }).ToArray();
        var ledger = new Ledger(blocks, 1, s_pace, known, At(0));
        Finish(ledger, random);
        AssertWhole(ledger, blocks);
    });

    /// <summary>Workers die, sleep beyond their leases, come back, fail, hand in twice; the ledger restarts.</summary>
    [Fact]
    public void Whatever_happens_every_block_gets_one_result() => Gen.Int.Sample(seed =>
    {
        var random = new Random(seed);
        int blocks = random.Next(1, 80), generation = 1;
        var ledger = new Ledger(blocks, generation, s_pace, [], At(0));
        var held = new List<WorkLease>();
        double now = 0;
        for (int step = 0; step < 400; step++)
        {
            now += random.NextDouble() * (random.Next(20) == 0 ? 15 : 1);
            string worker = $"w{random.Next(5)}";
            switch (random.Next(9))
            {
                case 0 when random.Next(8) == 0:
                    ledger = new(blocks, ++generation, s_pace,
                        ledger.Results.Where(_ => random.Next(10) > 0), At(now));
                    break;
                case 1 when ledger.Results.Count > 0 && random.Next(10) == 0:
                    ledger.Discard(ledger.Results[random.Next(ledger.Results.Count)]);
                    break;
                case 2 when held.Count > 0:
                    var failing = held[random.Next(held.Count)];
                    if (random.Next(10) == 0) ledger.Return(failing.Epoch, failing.Worker);
                    break;
                case 3 or 4 when held.Count > 0:
                    var renewed = held[random.Next(held.Count)];
                    if (ledger.Renew(renewed.Epoch, renewed.Worker, renewed.Range, At(now)) is { } epoch)
                        held[held.IndexOf(renewed)] = renewed with { Epoch = epoch };
                    break;
                case 5 or 6 when held.Count > 0:
                    var done = held[random.Next(held.Count)]; // perhaps once more, perhaps long after its lease
                    if (done.Range is { } range)
                        ledger.Complete(done.Epoch, done.Worker, Result(range), 1, At(now));
                    break;
                default:
                    if (ledger.Take(worker, At(now)) is { } lease) held.Add(lease);
                    break;
            }
            AssertApart(ledger);
        }
        Assert.Null(ledger.Failure);
        Finish(ledger, random, now + 1000);
        AssertWhole(ledger, blocks);
    }, iter: 500);

    [Fact]
    public void Ranges_shrink_towards_the_end()
    {
        var ledger = new Ledger(1000, 1, s_pace with { Target = TimeSpan.FromSeconds(1000) }, [], At(0));
        var sizes = new List<int>();
        double now = 0;
        while (ledger.BlocksDone < 1000)
        {
            var lease = ledger.Take("a", At(now))!;
            sizes.Add(lease.Range!.Value.Count);
            ledger.Complete(lease.Epoch, "a", Result(lease.Range!.Value), lease.Range!.Value.Count, At(now += 1));
        }
        Assert.Equal(1, sizes[^1]);
        Assert.True(sizes.Max() >= 400, string.Join(' ', sizes));
        Assert.True(sizes.Count < 30, string.Join(' ', sizes));
    }

    private static void Finish(Ledger ledger, Random random, double now = 0)
    {
        for (int steps = 0; ledger.BlocksDone < ledger.Blocks; steps++)
        {
            Assert.True(steps < 10_000, "it does not end");
            now += 0.5;
            if (ledger.Take($"f{random.Next(3)}", At(now)) is { Range: { } range } lease)
                ledger.Complete(lease.Epoch, lease.Worker, Result(range), 1, At(now + 0.1));
        }
        Assert.Null(ledger.Take("last", At(now + 100))!.Range);
    }

    private static void AssertApart(Ledger ledger)
    {
        int end = 0;
        foreach (var result in ledger.Results)
        {
            Assert.True(result.Range.First >= end);
            end = result.Range.End;
        }
        Assert.All(ledger.Leases, lease => Assert.DoesNotContain(ledger.Results, result =>
            lease.Range is { } range && range.First < result.Range.End && result.Range.First < range.End));
    }

    private static void AssertWhole(Ledger ledger, int blocks)
    {
        AssertApart(ledger);
        Assert.Equal(blocks, ledger.Results.Sum(result => result.Range.Count));
    }

    private static Reception Complete(Ledger ledger, WorkLease lease, string hash, double now) =>
        ledger.Complete(lease.Epoch, lease.Worker, new(lease.Range!.Value, Hash(hash), 1), 1, At(now));

    private static RangeResult Result(BlockRange range) => new(range, Hash($"{range.First}-{range.End}-"), 1);

    private static string Hash(string start) => start.PadRight(64, '0');

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
