using Loci.Models;
using Loci.Tracing;

namespace Loci.Tests.Models;

/// <summary>
/// Every family against the float64 oracle: logits and all taps, alone, in company, and from a cache.
/// </summary>
public class FamilyTests
{
    /// <summary>
    /// Of the largest value of a tensor. Float32 rounds at 6e-8; sums of a few hundred terms over several layers of
    /// strongly non-linear random weights were seen to stay below 2e-6.
    /// </summary>
    private const double Tolerance = 1e-5;

    private const string NewerConfig = "config.transformers5.json";

    public static TheoryData<string> Families => Golden.Families;

    public static TheoryData<string> FamiliesWithNewerConfigs { get; } =
        [
            .. Golden.Families.Select(row => row.Data)
                .Where(family => File.Exists(Path.Combine(Golden.Folder(family), NewerConfig))),
        ];

    [Theory, MemberData(nameof(Families))]
    public void Logits_and_taps_are_the_oracles(string family)
    {
        var model = Model.Open(Golden.Folder(family));
        double worst = 0;
        foreach (string file in Golden.Files(family))
        {
            var golden = Golden.Load(family, file);
            // What is inside the memories of the context is tested by what it adds up to: AttentionTapTests.
            var taps = TapName.All(model.Spec).Where(tap => tap.Needs == AttentionTaps.None).ToArray();
            var pass = new Recording(taps);
            pass.Run(model.Transformer, Batch.Of(golden.Ids));
            foreach (var tap in taps)
                worst = Math.Max(
                    worst, AssertClose(golden[tap.ToString()], pass[tap.Point, tap.Layer], $"{family} {tap}"));
            Assert.Equal(golden.Names.Except(["ids", "final_scale"]).Order(), taps.Select(t => t.ToString()).Order());
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{family}: off by at most {worst:E1} of a tensor's largest");
    }

    [Theory, MemberData(nameof(FamiliesWithNewerConfigs))]
    public void Newer_configs_mean_the_same(string family)
    {
        string newer = Path.Combine(Golden.Folder(family), NewerConfig);
        using var folder = new TemporaryFolder();
        foreach (string file in Directory.GetFiles(Golden.Folder(family)))
            File.Copy(file, folder[Path.GetFileName(file)]);
        File.Copy(newer, folder["config.json"], overwrite: true);

        Assert.Equal(Logits(Golden.Folder(family)), Logits(folder.Path));

        float[] Logits(string path)
        {
            var pass = new Recording([new(TapPoint.Logits, 0)]);
            pass.Run(Model.Open(path).Transformer, Batch.Of(Golden.Load(family).Ids));
            return pass[TapPoint.Logits];
        }
    }

    [Theory, MemberData(nameof(Families))]
    public void Company_threads_and_caches_do_not_change_a_bit(string family)
    {
        var transformer = Model.Open(Golden.Folder(family)).Transformer;
        int[] ids = Golden.Load(family).Ids;
        int width = transformer.Spec.Width;
        var workspace = new Workspace(transformer.Spec);
        transformer.Forward(Batch.Of(ids), workspace);
        float[] alone = workspace.Stream(ids.Length).ToArray();

        var batch = new Batch();
        batch.Add(ids.AsSpan(2, 5));
        var among = batch.Add(ids);
        batch.Add(ids.AsSpan(0, 1));
        transformer.Forward(batch, workspace, compute: new(2));
        Assert.Equal(alone, workspace.Stream(batch.Rows).Slice(among.FirstRow * width, alone.Length).ToArray());

        var memory = new ContextMemory(transformer.Spec);
        int at = 0;
        foreach (int step in (int[])[3, 1, 1, ids.Length - 5])
        {
            transformer.Forward(Batch.Of(ids.AsSpan(at, step), at), workspace, memory: memory);
            Assert.Equal(alone[(at * width)..((at + step) * width)], workspace.Stream(step).ToArray());
            at += step;
        }
    }

    [Theory, MemberData(nameof(Families))]
    public void Direct_contributions_sum_to_the_logits(string family)
    {
        var transformer = Model.Open(Golden.Folder(family)).Transformer;
        var golden = Golden.Load(family);
        var pass = new Recording(DirectContributions.Taps(transformer.Spec));
        pass.Run(transformer, Batch.Of(golden.Ids));
        int vocabulary = transformer.Spec.Vocabulary;
        double[] logits = golden["logits"];
        double largest = logits.Max(Math.Abs);
        foreach (int row in (int[])[0, golden.Ids.Length - 1])
            for (int token = 0; token < vocabulary; token++)
            {
                double sum = DirectContributions.Of(transformer, pass, row, token).Sum;
                if (transformer.Spec.Head.SoftCap is > 0 and var cap) sum = cap * Math.Tanh(sum / cap);
                Assert.Equal(logits[row * vocabulary + token], sum, 1e-4 * largest);
            }
    }

    private static double AssertClose(double[] expected, float[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = expected.Max(Math.Abs), worst = expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max();
        Assert.True(worst <= Tolerance * largest, $"{what}: off by {worst:g3}, largest value {largest:g3}");
        return worst / largest;
    }
}
