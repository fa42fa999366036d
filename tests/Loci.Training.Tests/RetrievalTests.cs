using Loci.Tests;
using Loci.Training.Labs.Retrieval;
using static TorchSharp.torch;

namespace Loci.Training.Tests;

[Collection(nameof(TorchProcess))]
public class RetrievalTests
{
    [Theory]
    [InlineData("normalized-sum/dpfp-1")]
    [InlineData("sum/dpfp-2")]
    [InlineData("elu")]
    public void The_dual_read_is_that_of_the_memory(string name)
    {
        Tensor Read(bool dual)
        {
            using Generator _ = manual_seed(1);
            return new RetrievalModel(LabModel.Parse(name, "dpfp-1"), 12, dual,
                1).Read(new RetrievalTask(12, 0, 1).Draw(3, everyKey: true));
        }

        Tensor written = Read(false);
        double error = ((written - Read(true)).norm() / written.norm()).item<float>();
        Assert.True(error < 1e-5, $"relative RMS {error:g3}"); // float32, other order of summation
    }

    [Theory]
    [InlineData("normalized-sum/dpfp-1")]
    [InlineData("elu")]
    [InlineData("favor-64")]
    [InlineData("softmax")]
    public void All_keys_at_once_are_answered_as_one_by_one(string name)
    {
        using Generator _ = manual_seed(1);
        using var network = new RetrievalModel(LabModel.Parse(name, "dpfp-1"), 12, dual: true, seed: 1);
        network.eval();
        RetrievalBatch all = new RetrievalTask(12, 0, 1).Draw(3, everyKey: true);
        Tensor together = network.Read(all), apart = network.Read(all with { EveryKey = false });
        Assert.Equal([3, 12, 12], together.shape);
        double error = ((together - apart).norm() / apart.norm()).item<float>();
        Assert.True(error < 1e-5, $"relative RMS {error:g3}");
    }

    [Theory]
    [InlineData(100, 64), InlineData(70, 64), InlineData(64, 64), InlineData(50, 64), InlineData(3, 2)]
    public void The_floor_is_what_the_best_matrix_of_rank_d_leaves(int symbols, int features)
    {
        using Generator _ = manual_seed(1);
        Tensor wanted = eye(symbols, dtype: ScalarType.Float64).index_select(0, randperm(symbols));
        var (u, s, v) = linalg.svd(wanted, fullMatrices: false);
        int rank = Math.Min(features, symbols);
        Tensor best = (u.narrow(1, 0, rank) * s.narrow(0, 0, rank)).matmul(v.narrow(0, 0, rank));
        double loss = ((wanted - best).square().sum() / 2 / symbols).item<double>();
        Assert.Equal(loss, CapacityFloor.Of(features, symbols), 10);
    }

    [Theory]
    [InlineData("elu", 64), InlineData("dpfp-1", 128), InlineData("delta/elu", 64)]
    public void What_a_memory_answers_has_rank_d_and_loses_no_less_than_the_floor(string name, int features)
    {
        int symbols = features + 20;
        using Generator _ = manual_seed(1);
        var model = LabModel.Parse(name, "dpfp-1");
        using var network = new RetrievalModel(model, symbols, dual: true, seed: 1);
        RetrievalBatch batch = new RetrievalTask(symbols, 0, 1).Draw(1, everyKey: true);
        Tensor read = network.Read(batch)[0].to(ScalarType.Float64),
            wanted = eye(symbols, dtype: ScalarType.Float64).index_select(0, batch.Answers[0]);
        double[] singular = linalg.svdvals(read).data<double>().ToArray();
        Assert.True(singular[features] < 1e-5 * singular[0], $"{singular[features]} of {singular[0]}");
        // Even with the answers mapped in the best way, S − d of the wanted ones' dimensions are out of reach.
        var (u, _, _) = linalg.svd(read);
        Tensor basis = u.narrow(1, 0, features), projected = basis.matmul(basis.t()).matmul(wanted);
        double floor = CapacityFloor.Of(model, symbols);
        Assert.Equal(floor, ((wanted - projected).square().sum() / 2 / symbols).item<double>(), 6);
        Assert.True(network.Loss(batch).item<float>() >= floor);
    }

    [Fact]
    public void Finished_trainings_are_not_run_again_and_other_protocols_are_other_trainings()
    {
        using var folder = new TemporaryFolder();
        var plan = new RetrievalPlan("capacity", "quick", (0, 0), [("elu", 5, 1), ("dpfp-1", 5, 1)],
            RetrievalBudget.Quick with { MaxSteps = 2 });
        Assert.Equal(0, RetrievalLab.Run(plan, folder["capacity"], 0, 1, default));
        string[] first = File.ReadAllLines(folder["capacity.csv"]);
        Assert.Equal(3, first.Length);
        File.WriteAllText(folder["capacity.csv"], $"{first[0]}\n{first[1]}\n{first[2][..20]}");
        Assert.Equal(0, RetrievalLab.Run(plan, folder["capacity"], 0, 1, default));
        string[] second = File.ReadAllLines(folder["capacity.csv"]);
        Assert.Equal(first[..2], second[..2]);
        Assert.StartsWith("capacity,quick,dpfp-1,5,1,", second[2], StringComparison.Ordinal);
        Assert.Equal(0, RetrievalLab.Run(plan with { Protocol = "paper" }, folder["capacity"], 0, 1, default));
        Assert.Equal(5, File.ReadAllLines(folder["capacity.csv"]).Length);
    }

    [Fact]
    public void The_quick_protocol_solves_what_fits_and_not_what_does_not()
    {
        double Loss(int symbols) =>
            RetrievalRun.Train(LabModel.Parse("elu", "dpfp-1"), symbols, (0, 0), 1,
                RetrievalBudget.Quick with { MaxSteps = 400 }, default).Best;
        Assert.InRange(Loss(30), 0, 0.02);
        Assert.InRange(Loss(100), CapacityFloor.Of(64, 100), 0.25);
    }

    [Fact]
    public void The_answer_is_the_latest_value()
    {
        RetrievalBatch batch = new RetrievalTask(5, 2, 1).Draw(4, everyKey: true);
        for (int b = 0; b < 4; b++)
        {
            for (int key = 0; key < 5; key++)
            {
                long latest = -1;
                for (int t = 0; t < 10; t++)
                    if (batch.Keys[b, t].item<long>() == key) latest = batch.Values[b, t].item<long>();
                Assert.Equal(latest < 0 ? 0 : 1, batch.Asked[b, key].item<float>());
                if (latest >= 0) Assert.Equal(latest, batch.Answers[b, key].item<long>());
            }
        }
    }

    [Fact]
    public void A_table_cut_off_in_its_last_line_is_read_up_to_there()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            LabTable.Append(path, new("capacity", "paper", "elu", 20, 1, 0.0009, 600, 1.9, 0, double.NaN));
            LabTable.Append(path, new("capacity", "paper", "dpfp-1", 20, 1, 0.0008, 500, 1.9, double.NaN, 0.0008));
            File.AppendAllText(path, "capacity,paper,dpfp-2,2");
            List<LabRow> rows = LabTable.Read(path);
            Assert.Equal(["elu", "dpfp-1"], rows.Select(row => row.Model));
            Assert.Equal(0.0008, rows[1].Authors);
            Assert.Equal(0, rows[0].Floor);

            // What is added next does not join the remains.
            LabTable.Append(path, rows[0] with { Seed = 2 });
            Assert.Equal(rows[0] with { Seed = 2 }, LabTable.Read(path)[2]);
            Assert.Equal(4, File.ReadAllLines(path).Length);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
