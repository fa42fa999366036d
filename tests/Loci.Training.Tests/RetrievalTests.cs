using Loci.Training.Labs;
using static TorchSharp.torch;

namespace Loci.Training.Tests;

[Collection(nameof(TorchProcess))]
public class RetrievalTests
{
    [Theory]
    [InlineData("sum/dpfp-1")]
    [InlineData("plain-sum/dpfp-2")]
    [InlineData("elu")]
    public void The_dual_read_is_that_of_the_memory(string name)
    {
        Tensor Read(bool dual)
        {
            using Generator _ = manual_seed(1);
            return new RetrievalModel(LabModel.Parse(name, "dpfp-1"), 12, dual, 1).Read(new RetrievalTask(12, 0, 1).Draw(3, everyKey: true));
        }

        Tensor written = Read(false);
        double error = ((written - Read(true)).norm() / written.norm()).item<float>();
        Assert.True(error < 1e-5, $"relative RMS {error:g3}"); // float32, other order of summation
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
            LabTable.Append(path, new("capacity", "elu", 20, 1, 0.0009, 600, 1.9, double.NaN));
            LabTable.Append(path, new("capacity", "dpfp-1", 20, 1, 0.0008, 500, 1.9, 0.0008));
            File.AppendAllText(path, "capacity,dpfp-2,2");
            List<LabRow> rows = LabTable.Read(path);
            Assert.Equal(["elu", "dpfp-1"], rows.Select(row => row.Model));
            Assert.Equal(0.0008, rows[1].Authors);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
