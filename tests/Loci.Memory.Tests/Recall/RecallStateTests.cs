using System.Buffers.Binary;
using System.Numerics;
using CsCheck;
using Loci.Memory.Recall;

namespace Loci.Memory.Tests.Recall;

public class RecallStateTests
{
    private const string Seed = "0N0XIzNsQ0O2";

    private static readonly Gen<byte[]> s_state = RecallCase.Gen.Where(c => c.Cells < 20)
        .Select(c => RecallCase.Bytes(c.InOrder()));

    [Fact]
    public void Several_states_follow_each_other_in_a_stream() =>
        Gen.Select(RecallCase.Gen, RecallCase.Gen).Sample((a, b) =>
    {
        var stream = new MemoryStream();
        a.InOrder().Save(stream);
        b.InOrder().Save(stream);
        stream.Position = 0;
        Assert.Equal(RecallCase.Bytes(a.InOrder()), RecallCase.Bytes(LayerRecall.Load(stream)));
        Assert.Equal(RecallCase.Bytes(b.InOrder()), RecallCase.Bytes(LayerRecall.Load(stream)));
        Assert.Equal(stream.Length, stream.Position);
    }, seed: Seed, iter: 20, threads: 1);

    [Fact]
    public void A_cut_state_is_refused() => Gen.Select(s_state, Gen.Double[0, 1]).Sample((bytes, where) =>
        Refuses(bytes[..(int)(where * (bytes.Length - 1))]), seed: Seed, iter: 300, threads: 1);

    [Fact]
    public void Damage_is_always_found() => Gen.Select(s_state, Gen.Int, Gen.Int[1, 255]).Sample((bytes, at, change) =>
    {
        bytes[(int)((uint)at % (uint)bytes.Length)] ^= (byte)change;
        Refuses(bytes);
    }, seed: Seed, iter: 1000, threads: 1);

    /// <summary>With a right checksum, what is read is a state: it is written as the very same bytes.</summary>
    [Fact]
    public void A_forged_state_is_refused_or_sound() =>
        Gen.Select(s_state, Gen.Select(Gen.Int, Gen.Byte).Array[1, 3]).Sample(
        (bytes, changes) =>
        {
            foreach (var (at, value) in changes) bytes[(int)((uint)at % (uint)bytes.Length)] = value;
            Sign(bytes);
            try
            {
                Assert.Equal(bytes, RecallCase.Bytes(LayerRecall.Load(new MemoryStream(bytes))));
            }
            catch (InvalidDataException)
            {
            }
        }, seed: Seed, iter: 2000, threads: 1);

    [Fact]
    public void Noise_is_refused() => Gen.Byte.Array[0, 400].Sample(noise =>
    {
        Refuses(noise);
        byte[] state = RecallCase.Bytes(new LayerRecall(3, 2, signed: true));
        noise.AsSpan(0, Math.Min(noise.Length, state.Length - 8)).CopyTo(state.AsSpan(8));
        if (noise.Length > 20) Refuses(state);
    }, seed: Seed, iter: 1000, threads: 1);

    [Fact]
    public void Records_that_contradict_themselves_are_refused()
    {
        var recall = new LayerRecall(1, 2, signed: true);
        recall.Observe([3, -1, 0, 2, -4], [new(5, 0, 5)]);
        var good = recall.Record(0);
        var statistics = good.Statistics;
        Build(good);
        Refused(good with { Histogram = good.Histogram[1..] });
        Refused(good with { Histogram = new long[CoefficientBins.Count] });
        Refused(good with { Statistics = statistics with { Count = 6 } });
        Refused(good with { Statistics = statistics with { Positive = 3 } });
        Refused(good with { Statistics = statistics with { SumOfSquares = ExactSum.FromDouble(-1) } });
        Refused(good with { Statistics = statistics with { Max = 2 } });
        Refused(good with { Statistics = statistics with { Max = 3.5f } });
        Refused(good with { Statistics = statistics with { Min = float.NaN } });
        Refused(good with { Positive = good.Positive[..1] });
        Refused(good with { Negative = [] });
        Refused(good with { Positive = [.. good.Positive.Reverse()] });
        Refused(good with { Positive = [good.Positive[0], good.Positive[0]] });
        Refused(good with { Positive = [good.Positive[0], new(0, 5, 2)] });
        Refused(good with { Positive = [good.Positive[0], good.Positive[1] with { Sentence = -1 }] });
        Refused(
            good with { Positive = [good.Positive[0],
                good.Positive[1] with { Position = LayerRecall.PositionLimit }] });
        Assert.Throws<ArgumentException>(() => LayerRecall.FromRecords(2, 2, signed: true, [good]));
        Assert.Throws<ArgumentException>(() => LayerRecall.FromRecords(1, 2, signed: true, [good, good]));
        Assert.Throws<ArgumentException>(() => LayerRecall.FromRecords(2, 2, signed: true,
            [good, new LayerRecall(1, 2, signed: true).Record(0)]));

        static LayerRecall Build(CellRecord record) => LayerRecall.FromRecords(1, 2, signed: true, [record]);
        static void Refused(CellRecord record) => Assert.Throws<ArgumentException>(() => Build(record));
    }

    private static void Refuses(byte[] bytes) =>
        Assert.Throws<InvalidDataException>(() => LayerRecall.Load(new MemoryStream(bytes)));

    private static void Sign(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes.AsSpan(0, bytes.Length - 4)) crc = BitOperations.Crc32C(crc, b);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(bytes.Length - 4), ~crc);
    }
}
