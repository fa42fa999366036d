using System.CommandLine;
using System.Globalization;
using Loci.Views;
using Loci.Memory.FastWeights;
using Loci.Memory.FeatureMaps;
using Loci.Memory.Numerics;

namespace Loci.Cli.Commands;

/// <summary><c>loci lab interference</c>: how many pairs a fast-weight memory holds, without any training.</summary>
internal static class LabInterferenceCommand
{
    private const string Favor = "favor"; // as many projections as a key is long

    private static readonly string[] s_maps = 
        ["identity", "relu", "silu", "tanh", "elu+1", "dpfp-1", "dpfp-2", "dpfp-3", Favor];

    private const string Softmax = "softmax";

    private static readonly string[] s_rules = [.. UpdateRule.All.Select(rule => rule.Name.Replace('_', '-')), Softmax];

    public static Command Create()
    {
        var rules = Names("--rules", s_rules, "Update rules.");
        var maps = Names("--maps", s_maps, "Feature maps.");
        var keys = Names("--keys", ["random", "correlated", "orthogonal"], "How the keys lie to each other.");
        var size = Shared.Count("--size", "Length of keys and values.", least: 4, fallback: 64, most: 256);
        var most = Shared.Count("--most", "The largest number of pairs.", least: 1, fallback: 512, most: 4096);
        var draws = Shared.Count(
            "--draws", "Draws of keys, values and random features; intervals are over them.", least: 1, fallback: 10,
            most: 1000);
        var gate = new Option<double>("--gate")
        {
            Description = "What is left of the memory at each write, for rules that are given a gate.",
            DefaultValueFactory = _ => 0.99,
        };
        gate.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and <= 1))
                result.AddError("--gate must be above 0 and at most 1.");
        });
        var seed = new Option<int>("--seed") { Description = "Decides the draws.", DefaultValueFactory = _ => 1 };
        var json = Shared.Json();
        var csv = new Option<bool>("--csv") { Description = "Write CSV." };
        var command = new Command(
            "interference",
            "Write N pairs, read all back: retrieval error against N for every rule and map, around the bound d_dot.")
        {
            rules, maps, keys, size, most, draws, gate, seed, json, csv,
        };
        command.SetAction(parsed =>
        {
            var setting = new InterferenceSetting(parsed.GetValue(size), default)
            {
                Draws = parsed.GetValue(draws), Gate = (float)parsed.GetValue(gate), Seed = parsed.GetValue(seed),
            };
            var curves = Measure(
                parsed.GetValue(rules)!, parsed.GetValue(maps)!, parsed.GetValue(keys)!, setting,
                parsed.GetValue(most));
            if (parsed.GetValue(json))
                JsonOutput.Write<IReadOnlyList<InterferenceView>>([.. curves.Select(curve =>
                    InterferenceView.Of(curve.Rule, curve.Map, curve.Keys, curve.Capacity, curve.Points))]);
            else if (parsed.GetValue(csv)) WriteCsv(curves);
            else Plot(curves, setting);
            return 0;
        });
        return command.WithExamples(
            "loci lab interference --rules sum delta --maps dpfp-1 dpfp-3 --keys random",
            "loci lab interference --csv > interference.csv");
    }

    private sealed record Curve(string Rule, string Map, string Keys, int? Capacity, InterferencePoint[] Points);

    private static Option<string[]> Names(string name, IEnumerable<string> all, string about)
    {
        string[] names = [.. all];
        var option = new Option<string[]>(name)
        {
            Description = $"{about} All by default: {string.Join(", ", names)}.", AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => names,
        };
        Shared.OneOf(option, names);
        return option;
    }

    // Every sound combination: what a rule and a map do not allow together is left out.
    private static List<Curve> Measure(
        string[] rules, string[] maps, string[] keys, InterferenceSetting setting, int most)
    {
        List<Curve> curves = [];
        foreach (string name in s_rules.Where(rules.Contains))
        {
            foreach (string map in name == Softmax ? ["none"] : s_maps.Where(maps.Contains))
            {
                if (name != Softmax && UpdateRule.Named(name).KeySums != KeySumUse.None
                    && !Map(map, setting.Size, 0).IsNonNegative) continue;
                foreach (string direction in keys)
                {
                    var own = setting with { Keys = Enum.Parse<KeyDirections>(direction, ignoreCase: true) };
                    curves.Add(name == Softmax
                        ? new(
                            name, map, direction, null,
                            InterferenceCurve.MeasureSoftmax(own, Counts(setting.Size, most)))
                        : Measured(name, map, direction, own, most));
                }
            }
        }
        return curves;
    }

    private static Curve Measured(string rule, string map, string direction, InterferenceSetting setting, int most)
    {
        int capacity = Map(map, setting.Size, 0).Features(setting.Size);
        return new(rule, map, direction, capacity, InterferenceCurve.Measure(
            features => new(setting.Size, setting.Size)
            {
                Map = Map(map, setting.Size, features), Rule = UpdateRule.Named(rule),
            },
            setting, Counts(capacity, most)));
    }

    private static FeatureMap Map(string name, int size, int seed) =>
        FeatureMap.Named(name == Favor ? $"favor-{size}" : name, size, seed);

    private static int[] Counts(int capacity, int most)
    {
        var all = InterferenceCurve.Loads.Select(load => (int)Math.Round(load * capacity));
        int[] counts = [.. all.Where(n => n >= 1 && n <= most).Distinct()];
        return counts.Length > 0 ? counts : [most];
    }

    private static void Plot(List<Curve> curves, InterferenceSetting setting)
    {
        const string Shades = " ▁▂▃▄▅▆▇█"; // error 0 to 1
        var output = Console.Out;
        var loads = InterferenceCurve.Loads.Select(load => load.ToString("0.###", CultureInfo.InvariantCulture));
        output.WriteLine(
            $"Retrieval error after N writes, the mean of {setting.Draws} draws: empty is exact, █ is 1, knowing "
            + $"nothing. " +
            "| stands before the first N over d_dot.");
        output.WriteLine($"N/d_dot = {string.Join(' ', loads)}; of softmax N/{setting.Size}");
        foreach (var group in curves.GroupBy(curve => curve.Keys))
        {
            output.WriteLine($"\n{group.Key} keys");
            foreach (Curve curve in group)
            {
                string capacity = curve.Capacity is { } all ? $"{all,4}" : "   ∞";
                output.Write($"  {curve.Rule,-17} {curve.Map,-9} {capacity}  ");
                bool over = false;
                foreach (InterferencePoint point in curve.Points)
                {
                    if (!over && point.Count > curve.Capacity)
                    {
                        output.Write('|');
                        over = true;
                    }
                    int shade = (int)Math.Clamp(Math.Ceiling(point.Error.Mean * 8 - 0.08), 0, 8);
                    output.Write(new string(Shades[shade], 2));
                }
                int missing = InterferenceCurve.Loads.Count - curve.Points.Length;
                output.Write(new string(' ', 2 * missing + (over ? 2 : 3)));
                output.WriteLine($"{curve.Points[0].Error.Text("0.000")} … {curve.Points[^1].Error.Text("0.000")}");
            }
        }
        output.WriteLine("\n±: 95 % interval over the draws (Student's t).");
        foreach (string rule in curves.Select(curve => curve.Rule).Distinct())
        {
            if (!UpdateRule.TryNamed(rule, out var gated) || gated.Forgetting != Forgetting.Given) continue;
            string left = setting.Gate.ToString("0.####", CultureInfo.InvariantCulture);
            output.WriteLine($"A write of {rule} leaves {left} of the memory: older pairs fade, and their noise too.");
        }
    }

    private static void WriteCsv(List<Curve> curves)
    {
        Console.Out.WriteLine(
            "rule,map,keys,d_dot,n,draws,error,error_low,error_high,nearest,nearest_low,nearest_high");
        foreach (Curve curve in curves)
            foreach (InterferencePoint point in curve.Points)
                Console.Out.WriteLine(
                    $"{curve.Rule},{curve.Map},{curve.Keys},{curve.Capacity},{point.Count},{point.Error.Count}," +
                    $"{Numbers(point.Error, double.MaxValue)},{Numbers(point.Nearest, 1)}");
    }

    // An error is not negative and a share at most 1: neither is an end of its interval.
    private static string Numbers(Interval interval, double most) => string.Create(
        CultureInfo.InvariantCulture,
        $"{interval.Mean:g5},{Math.Max(0, interval.Low):g5},{Math.Min(most, interval.High):g5}");
}
