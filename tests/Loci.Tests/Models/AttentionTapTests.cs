using Loci.Models;
using Loci.Models.Blocks;
using Loci.Models.Generation;
using Loci.Tracing;

namespace Loci.Tests.Models;

/// <summary>
/// Taps inside the memories of the context: what they show adds up to what the layer writes, and
/// what they change counts.
/// </summary>
public class AttentionTapTests
{
    // A sum of at most 40 products in float32 against float64.
    private const double Tolerance = 1e-5;

    [Theory, MemberData(nameof(Golden.Families), MemberType = typeof(Golden))]
    public void Looking_inside_changes_no_bit(string family)
    {
        var model = Model.Open(Golden.Folder(family)).Transformer;
        int[] ids = Golden.Load(family).Ids;
        var plain = new Recording([new(TapPoint.Logits, 0)]);
        plain.Run(model, Batch.Of(ids));
        var inside = new Recording([.. TapName.All(model.Spec), .. Patterns(model.Spec)]);
        inside.Run(model, Batch.Of(ids));
        Assert.Equal(plain[TapPoint.Logits], inside[TapPoint.Logits]);
    }

    [Theory, MemberData(nameof(Golden.Families), MemberType = typeof(Golden))]
    public void Patterns_times_values_are_what_heads_read(string family)
    {
        var model = Model.Open(Golden.Folder(family)).Transformer;
        int[] ids = Golden.Load(family).Ids;
        var pass = new Recording([.. TapName.All(model.Spec), .. Patterns(model.Spec)]);
        pass.Run(model, Batch.Of(ids));
        foreach (var (_, layer) in Patterns(model.Spec))
        {
            var spec = (SoftmaxSpec)model.Spec.Blocks[layer].Mixer;
            float[] patterns = pass[TapPoint.Patterns, layer], values = pass[TapPoint.Values, layer],
                read = pass[TapPoint.HeadOutputs, layer];
            Assert.Equal(ids.Length * spec.Heads * ids.Length, patterns.Length);
            for (int r = 0; r < ids.Length; r++)
                for (int head = 0; head < spec.Heads; head++)
                {
                    float[] pattern = patterns[((r * spec.Heads + head) * ids.Length)..][..ids.Length];
                    Assert.Equal(1, pattern.Sum(p => (double)p), Tolerance);
                    Assert.All(pattern.Skip(r + 1), p => Assert.Equal(0, p));
                    int keyHead = head / (spec.Heads / spec.KeyValueHeads);
                    for (int i = 0; i < spec.HeadSize; i++)
                        Assert.Equal(
                            pattern.Select(
                                (p, t) => p * (double)values[t * spec.KeyWidth + keyHead * spec.HeadSize + i]).Sum(),
                            read[r * spec.QueryWidth + head * spec.HeadSize + i], Tolerance);
                }
        }
    }

    [Fact]
    public void A_pattern_that_is_changed_is_read()
    {
        var model = Model.Open(Golden.Folder("gpt2")).Transformer;
        int[] ids = Golden.Load("gpt2").Ids;
        var pass = new Recording([new(TapPoint.Values, 0), new(TapPoint.HeadOutputs, 0), new(TapPoint.Patterns, 0)]);
        var spec = (SoftmaxSpec)model.Spec.Blocks[0].Mixer;
        // Every token looks at the first one alone: heads read its value.
        pass.Run(model, Batch.Of(ids), (point, layer, values, batch) =>
        {
            if (point != TapPoint.Patterns || layer != 0) return;
            values.Clear();
            for (int row = 0; row < batch.Rows * spec.Heads; row++) values[row * ids.Length] = 1;
        });
        float[] first = pass[TapPoint.Values, 0][..spec.KeyWidth];
        for (int r = 0; r < ids.Length; r++)
            Assert.Equal(first, pass[TapPoint.HeadOutputs, 0][(r * spec.QueryWidth)..][..spec.QueryWidth]);
    }

    [
        Theory, InlineData("gpt2", TapPoint.Queries), InlineData("llama", TapPoint.Keys),
        InlineData("delta-net", TapPoint.Values), InlineData("gated-deltanet", TapPoint.Strengths),
    ]
    public void What_a_tap_writes_inside_is_what_the_layer_uses(string family, TapPoint changed)
    {
        var model = Model.Open(Golden.Folder(family)).Transformer;
        int[] ids = Golden.Load(family).Ids;
        float[] before = Attention(null), after = Attention((point, layer, values, _) =>
        {
            if (point == changed && layer == 0) values.Clear();
        });
        Assert.NotEqual(before, after);
        // Nothing written, or written with no strength: nothing is read.
        if (changed is TapPoint.Values or TapPoint.Strengths) Assert.All(after, x => Assert.Equal(0, x, Tolerance));

        float[] Attention(Tap? change)
        {
            var pass = new Recording([new(TapPoint.HeadOutputs, 0)]);
            pass.Run(model, Batch.Of(ids), change);
            return pass[TapPoint.HeadOutputs, 0];
        }
    }

    /// <summary>A session that reads token by token shows a tap what one pass over the text shows it.</summary>
    [Theory, InlineData("llama"), InlineData("mistral"), InlineData("gated-deltanet-hybrid"), InlineData("loci-hybrid")]
    public void A_session_runs_with_taps_and_interventions(string family)
    {
        var model = Model.Open(Golden.Folder(family)).Transformer;
        int[] ids = Golden.Load(family).Ids;
        var cell = new CellId(0, 1);
        var wanted = TapName.All(model.Spec).Where(tap => tap.Point != TapPoint.Logits).ToArray();
        var pass = new Recording(wanted);
        pass.Run(model, Batch.Of(ids), Intervention.SetCell(model.Spec, cell, 0.5f));

        var seen = wanted.ToDictionary(tap => tap, _ => new List<float>());
        var set = Intervention.SetCell(model.Spec, cell, 0.5f);
        var session = new Session(model)
        {
            Inside = AttentionTaps.Heads,
            Tap = (point, layer, values, batch) =>
            {
                set(point, layer, values, batch);
                if (seen.TryGetValue(new(point, layer), out var list)) list.AddRange(values);
            },
        };
        foreach (int id in ids) session.Read([id]);
        foreach (var tap in wanted) Assert.Equal(pass[tap.Point, tap.Layer], seen[tap]);

        float[] plain = new Session(model).ReadAll(ids), without = [.. session.Logits()];
        Assert.NotEqual(plain, without);
    }

    private static IEnumerable<TapName> Patterns(ModelSpec spec) =>
        Enumerable.Range(0, spec.Layers).Where(l => spec.Blocks[l].Mixer is SoftmaxSpec)
            .Select(l => new TapName(TapPoint.Patterns, l));
}

file static class SessionReading
{
    public static float[] ReadAll(this Session session, int[] ids)
    {
        session.Read(ids);
        return session.Logits().ToArray();
    }
}
