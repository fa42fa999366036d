namespace Loci.Training.Labs.Retrieval;

/// <summary>Best evaluation losses in the logs the authors published, one seed each (Schlag et al. 2021).</summary>
internal static class AuthorsResults
{
    private static readonly string[] s_capacityModels =
        ["softmax", "elu", "dpfp-1", "dpfp-2", "dpfp-3", "favor-64", "favor-512"];

    private static readonly Dictionary<int, double[]> s_capacity = new()
    {
        [20] = [.0006, .0009, .0008, .0003, .0005, .1174, .0241],
        [60] = [.0001, .0245, .0004, .0010, .0005, .4833, .4065],
        [100] = [.0000, .1642, .0002, .0005, .0005, .4961, .5],
        [140] = [.0000, .2709, .0510, .0005, .0009, .5, .4921],
        [260] = [.0000, .3781, .2696, .0084, .0004],
        [400] = [.0000, .4216, .3415, .1643, .0359],
        [600] = [.0303, .4513, .4109, .3234, .1984, .5, .5],
    };

    private static readonly Dictionary<(string, int), double> s_rules = new()
    {
        [("delta", 20)] = .0008, [("normalized-sum", 20)] = .0973, [("fwm", 20)] = .0404, [("fwm-tanh", 20)] = 1.497,
        [("delta", 40)] = .0010, [("normalized-sum", 40)] = .1039, [("fwm", 40)] = .4915,
        [("delta", 100)] = .0001, [("normalized-sum", 100)] = .1113, [("fwm", 100)] = .526,
    };

    /// <summary>Setting 1; NaN where there is none.</summary>
    public static double Capacity(string model, int symbols)
    {
        int column = Array.IndexOf(s_capacityModels, model);
        return column >= 0 && s_capacity.TryGetValue(symbols, out double[]? row) && column < row.Length
            ? row[column]
            : double.NaN;
    }

    /// <summary>Setting 2, with DPFP-1; NaN where there is none.</summary>
    public static double Rules(string model, int symbols) =>
        s_rules.TryGetValue((model, symbols), out double loss) ? loss : double.NaN;
}
