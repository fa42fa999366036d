using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Loci.Training.Labs;
using static TorchSharp.torch;

namespace Loci.Training;

/// <summary><c>loci-train lab overwrite</c>: can a rule replace what a key was written with?</summary>
internal static class OverwriteCommand
{
    private const int Batch = 32, TestSequences = 128, Every = 100;

    public static Command Create()
    {
        var models = new Option<string[]>("--models")
        {
            Description = "delta/MAP or sum/MAP.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => ["delta/dpfp-1", "sum/dpfp-1"],
        };
        var seeds = new Option<int>("--seeds") { Description = "Seeds 1 to this.", DefaultValueFactory = _ => 3 };
        var steps = new Option<int>("--steps") { Description = "Most steps of one training.", DefaultValueFactory = _ => 600 };
        var output = new Option<string>("--out") { Description = "The CSV file to write.", DefaultValueFactory = _ => "overwrite.csv" };
        var command = new Command("overwrite", "16 keys, each written three times: a rule that cannot replace is right a third of the time.")
        {
            models, seeds, steps, output,
        };
        command.SetAction(parsed =>
        {
            List<string> lines = ["model,seed,accuracy,steps,seconds"];
            foreach (string name in parsed.GetValue(models)!)
            {
                var model = LabModel.Parse(name, "dpfp-1");
                if (model.CreateMap() is null || model.Name.Split('/')[0] is not ("delta" or "sum"))
                    throw new ArgumentException($"«{name}»: delta/MAP or sum/MAP, and no FAVOR+");
                for (int seed = 1; seed <= parsed.GetValue(seeds); seed++)
                {
                    var clock = Stopwatch.StartNew();
                    var (accuracy, taken) = Train(model, seed, parsed.GetValue(steps));
                    string line = string.Create(CultureInfo.InvariantCulture, $"{name},{seed},{accuracy:0.0000},{taken},{clock.Elapsed.TotalSeconds:0.0}");
                    lines.Add(line);
                    Console.WriteLine(line);
                }
            }
            string path = parsed.GetValue(output)!;
            File.WriteAllLines(path + ".part", lines);
            File.Move(path + ".part", path, overwrite: true);
            return 0;
        });
        return command;
    }

    private static (double Accuracy, int Steps) Train(LabModel model, int seed, int steps)
    {
        using Generator _ = manual_seed(seed);
        using var network = new OverwriteModel(model);
        using var optimizer = optim.AdamW(network.parameters(), 3e-3);
        var task = new OverwriteTask(seed);
        double accuracy = 0;
        int step = 0;
        while (step < steps && accuracy < 0.999)
        {
            using (var scope = NewDisposeScope())
            {
                optimizer.zero_grad();
                var (tokens, answers) = task.Draw(Batch);
                Tensor logits = OverwriteTask.Questions(network.forward(tokens));
                nn.functional.cross_entropy(logits.flatten(0, 1), answers.flatten()).backward();
                optimizer.step();
            }
            if (++step % Every == 0 || step == steps) accuracy = Test(network, seed);
        }
        return (accuracy, step);
    }

    private static double Test(OverwriteModel network, int seed)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (tokens, answers) = new OverwriteTask(seed + 1_000_000).Draw(TestSequences);
        Tensor right = OverwriteTask.Questions(network.forward(tokens)).argmax(-1).eq(answers);
        return right.to(ScalarType.Float32).mean().item<float>();
    }
}
