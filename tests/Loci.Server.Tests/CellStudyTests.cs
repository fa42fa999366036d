using System.Text.Json.Nodes;
using Loci.Atlas;
using Loci.Models;

namespace Loci.Server.Tests;

/// <summary>What is computed of one cell, against the atlas and against brute force.</summary>
public sealed class CellStudyTests(OpenWorkbench open) : IClassFixture<OpenWorkbench>
{
    [Fact]
    public async Task Triggers_are_shaded_with_the_coefficients_that_the_atlas_keeps()
    {
        using var atlas = AtlasFile.Open(open.Atlas);
        var triggers = atlas.Triggers(new(1, 0));
        var served = (await OpenWorkbench.Get(open.Client, "/api/cells/L1/0/triggers?limit=5"))["sentences"]!.AsArray();
        Assert.Equal(5, served.Count);
        for (int i = 0; i < served.Count; i++)
        {
            int position = (int)served[i]!["position"]!;
            Assert.Equal(triggers[i].Position, position);
            Assert.Equal(
                triggers[i].Coefficient, (float)served[i]!["coefficients"]![position]!,
                1e-5f); // rounded to five digits
            Assert.Equal(
                atlas.Sentence(triggers[i]).Text,
                string.Concat(served[i]!["tokens"]!.AsArray().Select(token => (string)token!)));
        }
    }

    [Fact]
    public async Task Bands_go_from_weak_to_strong_and_counterexamples_are_silent()
    {
        var served = await OpenWorkbench.Get(open.Client, "/api/cells/L1/0/bands");
        var bands = served["bands"]!.AsArray();
        Assert.NotEmpty(bands);
        double last = 0;
        foreach (var band in bands)
        {
            double least = (double)band!["least"]!, most = (double)band["most"]!;
            Assert.InRange(least, last, most);
            last = least;
            Assert.All(
                band["examples"]!.AsArray(), example => Assert.InRange(Meant(example!), least - 1e-5, most + 1e-5));
        }
        Assert.InRange((int)served["silent"]!, 0, (int)served["holding"]!);
        Assert.All(
            served["counterexamples"]!.AsArray(), example => Assert.InRange(Meant(example!), double.MinValue, 0));
    }

    [Fact]
    public async Task The_nearest_value_is_the_one_that_brute_force_finds()
    {
        var transformer = open.Model.Transformer;
        var (best, cosine) = ("", -1.0);
        double[] own = Value(transformer, 1, 0);
        for (int layer = 0; layer < transformer.Spec.Layers; layer++)
            for (int i = 0; i < transformer.Blocks[layer].Cells.Capacity; i++)
            {
                if ((layer, i) == (1, 0)) continue;
                double[] other = Value(transformer, layer, i);
                double sizes = Math.Sqrt(own.Sum(x => x * x) * other.Sum(x => x * x));
                double one = sizes > 0 ? Math.Abs(own.Zip(other, (a, b) => a * b).Sum() / sizes) : 0;
                if (one > cosine) (best, cosine) = ($"L{layer}/{i}", one);
            }
        var served = (await OpenWorkbench.Get(open.Client, "/api/cells/L1/0/neighbours"))["values"]!.AsArray();
        Assert.Equal(cosine, Math.Abs((double)served[0]!["cosine"]!), 1e-5);
        if (served.Count > 1 && Math.Abs((double)served[1]!["cosine"]!) < cosine - 1e-5)
            Assert.Equal(best, (string)served[0]!["cell"]!);
    }

    [Fact]
    public async Task A_cell_written_by_hand_is_seen_to_matter_beyond_its_matches()
    {
        var response = await open.Client.GetAsync("/api/cells/L1/0/causal", TestContext.Current.CancellationToken);
        var events = await OpenWorkbench.Events(response);
        var result = events.Single(each => each.Name == "result").Data;
        Assert.True((double)result["logit"]!["value"]! > (double)result["matched_logit"]!["value"]!);
        Assert.Equal(
            (double)result["logit"]!["value"]! - (double)result["matched_logit"]!["value"]!,
            (double)result["difference"]!["value"]!, 1e-6);
        Assert.InRange((int)result["triggers"]!, 1, 24);
    }

    [Fact]
    public async Task A_pattern_is_found_and_tested_on_other_text()
    {
        var response = await open.Client.GetAsync("/api/cells/L1/0/pattern", TestContext.Current.CancellationToken);
        var result = (await OpenWorkbench.Events(response)).Single(each => each.Name == "result").Data;
        Assert.Contains((string)result["label"]!, (string[])["shallow", "semantic", "both", "last_token", "none"]);
        Assert.NotEmpty(result["patterns"]!.AsArray());
    }

    [Fact]
    public async Task A_study_of_a_cell_that_is_not_there_says_so()
    {
        var response = await open.Client.GetAsync("/api/cells/L1/99999/causal", TestContext.Current.CancellationToken);
        var problem = (await OpenWorkbench.Events(response)).Single(each => each.Name == "problem").Data;
        Assert.Contains("has cells 0 to", (string)problem["error"]!);
    }

    private static double Meant(JsonNode sentence) => (double)sentence["coefficients"]![(int)sentence["position"]!]!;

    private static double[] Value(Transformer transformer, int layer, int cell)
    {
        float[] value = new float[transformer.Spec.Width];
        ValueProjection.Values(transformer, layer, cell, value);
        return [.. value.Select(x => (double)x)];
    }
}
