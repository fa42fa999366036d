using Loci.Models;
using Loci.Models.Generation;
using Loci.Tests.Models;

namespace Loci.Tests;

public class ComputeTests
{
    [Fact]
    public void One_thread_is_the_default_and_none_is_refused()
    {
        Assert.Equal(1, default(Compute).Threads);
        Assert.Equal(3, new Compute(3).Threads);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Compute(0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_pass_ends_between_two_blocks(int threads)
    {
        var model = RandomModel.Create(3);
        using var stop = new CancellationTokenSource();
        int blocks = 0;
        Tap watch = (point, _, _, _) =>
        {
            if (point == TapPoint.ResidualAfter && ++blocks == 1) stop.Cancel();
        };
        var compute = new Compute(threads, stop.Token);
        Assert.Throws<OperationCanceledException>(() =>
            model.Transformer.Forward(Batch.Of([1, 2]), new(model.Spec), watch, compute: compute));
        Assert.Equal(1, blocks);

        var two = new Batch();
        two.Add([1, 2]);
        two.Add([2, 1]);
        Assert.ThrowsAny<OperationCanceledException>(() =>
            model.Transformer.Forward(two, new(model.Spec), compute: compute));
        Assert.Throws<OperationCanceledException>(() => new Session(model.Transformer, compute).Read([1]));
    }
}
