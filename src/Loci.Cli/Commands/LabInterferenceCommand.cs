using System.CommandLine;
using System.Globalization;
using Loci.Memory.FastWeights;
using Loci.Memory.FeatureMaps;

namespace Loci.Cli.Commands;

/// <summary><c>loci lab interference</c>: how many pairs a fast-weight memory holds, without any training.</summary>
internal static class LabInterferenceCommand
{
    private static readonly (string Name, Func<int, FeatureMap> Create)[] s_maps =
    [
        ("identity", _ => FeatureMap.Identity), ("relu", _ => FeatureMap.Relu), ("silu", _ => FeatureMap.Silu),
        ("tanh", _ => FeatureMap.Tanh), ("elu+1", _ => FeatureMap.EluPlusOne), ("dpfp-1", _ => new Dpfp(1)),
        ("dpfp-2", _ => new Dpfp(2)), ("dpfp-3", _ => new Dpfp(3)), ("favor", size => new Favor(size, size, 1)),
    ];

    private const string Softmax = "softmax";

    private static readonly string[] s_rules = [.. UpdateRule.All.Select(rule => rule.Name.Replace('_', '-')), Softmax];

    public static Command Create()
    {
        var rules = Names("--rules", s_rules, "Update rules.");
        var maps = Names("--maps", s_maps.Select(map => map.Name), "Feature maps.");
        var keys = Names("--keys", ["random", "correlated", "orthogonal"], "How the keys lie to each other.");
        var size = Shared.Count("--size", "Length of keys and values.", least: 4, fallback: 64, most: 256);
        var most = Shared.Count("--most", "The largest number of pairs.", least: 1, fallback: 512, most: 4096);
        var json = Shared.Json();
        var csv = new Option<bool>("--csv") { Description = "Write CSV." };
        var command = new Command("interference", "Write N pairs, read all back: retrieval error against N for every rule and map, beside the bound d_dot.")
        {
            rules, maps, keys, size, most, json, csv,
        };
        command.SetAction(parsed =>
        {
            int d = parsed.GetValue(size), largest = parsed.GetValue(most);
            int[] counts = [.. Enumerable.Range(0, 13).Select(i => (int)Math.Round(4 * Math.Pow(2, i * 0.75))).Where(n => n < largest).Append(largest).Distinct()];
            var curves = Measure(parsed.GetValue(rules)!, parsed.GetValue(maps)!, parsed.GetValue(keys)!, d, counts);
            if (parsed.GetValue(json)) WriteJson(curves);
            else if (parsed.GetValue(csv)) WriteCsv(curves);
            else Plot(curves, counts);
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
    private static List<Curve> Measure(string[] rules, string[] maps, string[] keys, int size, int[] counts)
    {
        List<Curve> curves = [];
        foreach (string name in s_rules.Where(rules.Contains))
        {
            if (name == Softmax)
            {
                foreach (string direction in keys)
                    curves.Add(new(name, "none", direction, null, InterferenceCurve.MeasureSoftmax(size, Directions(direction), counts)));
                continue;
            }
            UpdateRule rule = UpdateRule.Named(name);
            foreach (var (map, create) in s_maps.Where(map => maps.Contains(map.Name)))
            {
                FeatureMap features = create(size);
                if (rule.KeySums != KeySumUse.None && !features.IsNonNegative) continue;
                var options = new FastWeightOptions(size, size) { Map = features, Rule = rule };
                foreach (string direction in keys)
                    curves.Add(new(
                        name, map, direction, features.Features(size),
                        InterferenceCurve.Measure(options, Directions(direction), counts)));
            }
        }
        return curves;
    }

    private static KeyDirections Directions(string name) => Enum.Parse<KeyDirections>(name, ignoreCase: true);

    private static void Plot(List<Curve> curves, int[] counts)
    {
        const string Shades = " ▁▂▃▄▅▆▇█"; // error 0 to 1
        var output = Console.Out;
        output.WriteLine("Retrieval error after N writes: empty is exact, █ is 1, knowing nothing. | stands before the first N over d_dot.");
        foreach (var group in curves.GroupBy(curve => curve.Keys))
        {
            output.WriteLine($"\n{group.Key} keys; N = {string.Join(' ', counts)}");
            foreach (Curve curve in group)
            {
                output.Write($"  {curve.Rule,-17} {curve.Map,-9} {(curve.Capacity is { } all ? $"{all,4}" : "   ∞")}  ");
                bool over = false;
                foreach (InterferencePoint point in curve.Points)
                {
                    if (!over && point.Count > curve.Capacity)
                    {
                        output.Write('|');
                        over = true;
                    }
                    output.Write(new string(Shades[(int)Math.Clamp(Math.Ceiling(point.Error * 8 - 0.08), 0, 8)], 2));
                }
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(over ? "" : " ")}  {curve.Points[0].Error:0.000} … {curve.Points[^1].Error:0.000}"));
            }
        }
    }

    private static void WriteCsv(List<Curve> curves)
    {
        Console.Out.WriteLine("rule,map,keys,d_dot,n,error,nearest");
        foreach (Curve curve in curves)
            foreach (InterferencePoint point in curve.Points)
                Console.Out.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{curve.Rule},{curve.Map},{curve.Keys},{curve.Capacity},{point.Count},{point.Error:g5},{point.Nearest:g5}"));
    }

    private static void WriteJson(List<Curve> curves) => JsonOutput.Write(json =>
    {
        json.WriteStartArray();
        foreach (Curve curve in curves)
        {
            json.WriteStartObject();
            json.WriteString("rule", curve.Rule);
            json.WriteString("map", curve.Map);
            json.WriteString("keys", curve.Keys);
            if (curve.Capacity is { } capacity) json.WriteNumber("d_dot", capacity);
            else json.WriteNull("d_dot");
            json.WriteStartArray("points");
            foreach (InterferencePoint point in curve.Points)
            {
                json.WriteStartObject();
                json.WriteNumber("n", point.Count);
                json.WriteNumber("error", point.Error);
                json.WriteNumber("nearest", point.Nearest);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });
}
