using Loci.Models;
using Loci.Tracing;

namespace Loci.Tests.Models;

/// <summary>Taps that change what they see.</summary>
public class InterventionTests
{
    private static readonly string s_folder = Golden.Folder("gpt2");

    [Fact]
    public void Taking_a_cell_out_removes_its_value_from_the_stream()
    {
        var transformer = Model.Open(s_folder).Transformer;
        int[] ids = Golden.Load("gpt2").Ids;
        int width = transformer.Spec.Width, cells = transformer.Blocks[1].Cells.Capacity;
        var cell = new CellId(1, 5);
        var (before, after) = (Run(null), Run(Intervention.SetCell(transformer.Spec, cell, 0)));

        float[] value = new float[width];
        transformer.Blocks[1].Cells.CopyValue(cell.Index, value);
        for (int row = 0; row < ids.Length; row++)
        {
            float m = before[TapPoint.Coefficients, 1][row * cells + cell.Index];
            for (int i = 0; i < width; i++)
                Assert.Equal(
                    before[TapPoint.FeedForward, 1][row * width + i] - m * value[i],
                    after[TapPoint.FeedForward, 1][row * width + i], 1e-4);
        }

        Recording Run(Tap? change)
        {
            var pass = new Recording(TapName.All(transformer.Spec));
            pass.Run(transformer, Batch.Of(ids), change);
            return pass;
        }
    }

    [Fact]
    public void Replacing_the_last_stream_decides_the_logits()
    {
        var transformer = Model.Open(s_folder).Transformer;
        int last = transformer.Spec.Layers - 1;
        float[] stream = [.. Enumerable.Range(0, transformer.Spec.Width).Select(i => MathF.Sin(i))];
        float[] expected = new float[transformer.Spec.Vocabulary];
        transformer.Logits(stream, expected);

        var pass = new Recording([new(TapPoint.Logits, 0)]);
        pass.Run(transformer, Batch.Of([1, 2, 3]),
            Intervention.Replace(transformer.Spec, new(TapPoint.ResidualAfter, last), stream, row: 1));

        Assert.Equal(expected, pass[TapPoint.Logits][expected.Length..(2 * expected.Length)]);
    }

    [Fact]
    public void Adding_zero_changes_nothing_and_adding_something_does()
    {
        var transformer = Model.Open(s_folder).Transformer;
        float[] nothing = new float[transformer.Spec.Width],
            something = [.. nothing.Select((_, i) => i == 3 ? 1f : 0f)];
        float[] plain = Logits(null);

        Assert.Equal(plain, Logits(Intervention.Add(transformer.Spec, new(TapPoint.ResidualMiddle, 0), nothing)));
        Assert.NotEqual(plain, Logits(Intervention.Add(transformer.Spec, new(TapPoint.ResidualMiddle, 0), something)));

        float[] Logits(Tap? change)
        {
            var pass = new Recording([new(TapPoint.Logits, 0)]);
            pass.Run(transformer, Batch.Of([4, 5, 6]), change);
            return pass[TapPoint.Logits];
        }
    }

    [Fact]
    public void What_the_model_does_not_have_cannot_be_changed()
    {
        var spec = Model.Open(s_folder).Spec;
        float[] row = new float[spec.Width];
        foreach (var cell in (CellId[])[new(spec.Layers, 0), new(-1, 0), new(0, spec.Blocks[0].Cells.Count)])
            Assert.Contains($"{cell}", Assert.Throws<LociException>(() => Intervention.SetCell(spec, cell, 0)).Message);
        Assert.Contains(
            "0 to", Assert.Throws<LociException>(
                () => Intervention.Add(spec, new(TapPoint.Attention, spec.Layers), row)).Message);
        Assert.Contains("strengths",
            Assert.Throws<LociException>(() => Intervention.Replace(spec, new(TapPoint.Strengths, 0), row)).Message);
        Assert.Contains("patterns",
            Assert.Throws<LociException>(() => Intervention.Replace(spec, new(TapPoint.Patterns, 0), row)).Message);
        Assert.Contains("rows of",
            Assert.Throws<LociException>(() => Intervention.Replace(spec, new(TapPoint.Logits, 0), row)).Message);
        spec.Require(new CellId(0, 0));
        Assert.Throws<LociException>(() => spec.Require(new CellId(0, 0, Loci.Memory.Recall.Pole.Negative)));
    }

    [Fact]
    public void Tokens_outside_the_vocabulary_and_texts_beyond_the_context_are_refused()
    {
        var transformer = Model.Open(s_folder).Transformer;
        var workspace = new Workspace(transformer.Spec);
        Assert.Contains("vocabulary", Assert.Throws<LociException>(
            () => transformer.Forward(Batch.Of([transformer.Spec.Vocabulary]), workspace)).Message);
        Assert.Contains("context", Assert.Throws<LociException>(
            () => transformer.Forward(Batch.Of(new int[transformer.Spec.Context + 1]), workspace)).Message);
    }
}
