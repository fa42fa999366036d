using CsCheck;
using Loci.Memory.Recall;

namespace Loci.Memory.Tests.Recall;

public class LayerRecallTests
{
    private const string Seed = "0N0XIzNsQ0O2";

    [Fact]
    public void Keeps_what_sorting_everything_keeps() => RecallCase.Gen.Sample(c =>
    {
        var recall = c.InOrder();
        Assert.Equal(c.Prefixes, recall.Prefixes);
        for (int cell = 0; cell < c.Cells; cell++)
        {
            Assert.Equal(c.Triggers(cell, Pole.Positive), recall.Triggers(cell, Pole.Positive));
            Assert.Equal(c.Triggers(cell, Pole.Negative), recall.Triggers(cell, Pole.Negative));
        }
    }, seed: Seed, iter: 100, threads: 1);

    [Fact]
    public void Order_batches_shards_and_interruptions_leave_no_trace() => RecallCase.Gen.Sample(
        c => Assert.Equal(RecallCase.Bytes(c.InOrder()), RecallCase.Bytes(c.AnyHow())), seed: Seed, iter: 100,
        threads: 1);

    [Fact]
    public void Records_give_the_recall_back() => RecallCase.Gen.Sample(c =>
    {
        var recall = c.InOrder();
        var again = LayerRecall.FromRecords(
            c.Cells, c.Capacity, c.Signed, Enumerable.Range(0, c.Cells).Select(recall.Record));
        Assert.Equal(RecallCase.Bytes(recall), RecallCase.Bytes(again));
    }, seed: Seed, iter: 50, threads: 1);

    [Fact]
    public void A_merge_leaves_the_other_as_it_is() => RecallCase.Gen.Sample(c =>
    {
        var other = c.InOrder();
        byte[] before = RecallCase.Bytes(other);
        var recall = c.Empty();
        recall.Merge(other);
        Assert.Equal(before, RecallCase.Bytes(other));
        Assert.Equal(before, RecallCase.Bytes(recall));
    }, seed: Seed, iter: 50, threads: 1);

    [Theory]
    [InlineData(float.NaN), InlineData(float.PositiveInfinity), InlineData(float.NegativeInfinity), InlineData(-1.1e9f)]
    public void An_overflowing_model_is_named_and_nothing_is_taken_in(float bad)
    {
        var recall = new LayerRecall(70, 3, signed: true);
        recall.Observe(new float[70], [new(0, 0, 1)]);
        byte[] before = RecallCase.Bytes(recall);
        float[] rows = new float[6 * 70];
        rows[4 * 70 + 69] = bad;
        var error = Assert.Throws<CoefficientRangeException>(() => recall.Observe(rows, [new(1, 0, 2), new(7, 3, 3)]));
        Assert.Equal((69, 7, 1, bad), (error.Cell, error.Sentence, error.Position, error.Coefficient));
        Assert.Equal(before, RecallCase.Bytes(recall));
        recall.Observe(rows, [new(1, 0, 4), new(7, 5, 1)]); // a row of no sentence may hold anything
    }

    [Fact]
    public void Sentences_outside_the_rows_or_the_limits_are_refused()
    {
        var recall = new LayerRecall(2, 1, signed: false);
        float[] rows = new float[8]; // [4, 2]
        Refuses<ArgumentException>(
            new(0, 3, 2), new(0, -1, 2), new(0, 0, -1), new(0, int.MaxValue, int.MaxValue), new(0, 5, 0));
        Refuses<ArgumentException>(new(-1, 0, 1), new(LayerRecall.SentenceLimit, 0, 1));
        Assert.Throws<ArgumentException>(() => recall.Observe(new float[7], []));
        Assert.Throws<ArgumentException>(() => recall.Observe(new float[2 * (LayerRecall.PositionLimit + 1)],
            [new(0, 0, LayerRecall.PositionLimit + 1)]));
        Assert.Equal(0, recall.Prefixes);

        void Refuses<T>(params SentenceRows[] wrong) where T : Exception
        {
            foreach (var sentence in wrong) Assert.Throws<T>(() => recall.Observe(rows, [sentence]));
        }
    }

    [Fact]
    public void Shapes_are_checked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LayerRecall(0, 1, signed: false));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LayerRecall(1, 0, signed: false));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LayerRecall(1, 65536, signed: false));
        var recall = new LayerRecall(65, 2, signed: false);
        Assert.Throws<ArgumentException>(() => recall.Merge(recall));
        Assert.Throws<ArgumentException>(() => recall.Merge(new LayerRecall(65, 2, signed: true)));
        Assert.Throws<ArgumentException>(() => recall.Merge(new LayerRecall(65, 3, signed: false)));
        Assert.Throws<ArgumentException>(() => recall.Merge(new LayerRecall(66, 2, signed: false)));
        Assert.Throws<ArgumentOutOfRangeException>(() => recall.Triggers(65, Pole.Positive));
        Assert.Throws<ArgumentOutOfRangeException>(() => recall.Statistics(-1));
    }

    [Fact]
    public void A_sentence_observed_twice_is_noticed()
    {
        var recall = new LayerRecall(1, 4, signed: false);
        recall.Observe([1, 2], [new(3, 0, 2)]);
        recall.Observe([1, 2], [new(3, 0, 2)]);
        Assert.Contains("3", Assert.Throws<InvalidOperationException>(() => recall.Triggers(0, Pole.Positive)).Message);
        Assert.Throws<InvalidOperationException>(() => RecallCase.Bytes(recall));
    }

    [Fact]
    public void The_last_sentence_and_position_there_can_be()
    {
        var recall = new LayerRecall(1, 1, signed: false);
        float[] rows = new float[LayerRecall.PositionLimit];
        rows[^1] = 1;
        recall.Observe(rows, [new(LayerRecall.SentenceLimit - 1, 0, rows.Length)]);
        Assert.Equal(
            [new Trigger(1, LayerRecall.SentenceLimit - 1, rows.Length - 1)], recall.Triggers(0, Pole.Positive));
    }

    [Fact]
    public void The_state_is_the_same_on_every_processor()
    {
        // Coefficients from integer arithmetic alone; the same hash on AVX2, 128-bit vectors and with none at all.
        const int cells = 172, positions = 45;
        var recall = new LayerRecall(cells, 7, signed: true);
        uint state = 1;
        for (int s = 0; s < 50; s++)
        {
            float[] rows = new float[cells * positions];
            for (int i = 0; i < rows.Length; i++)
            {
                state = state * 1664525 + 1013904223;
                rows[i] = ((int)state >> 8) / 8388608f * ((state & 0x100) == 0 ? 1 : 1e-4f);
            }
            recall.Observe(rows, [new(s, 0, positions)]);
        }
        Assert.Equal(
            "4E3D4D04E0EA8D36",
            Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(RecallCase.Bytes(recall)))[..16]);
    }
}
