using Loci.Memory.Recall;

namespace Loci.Atlas.Agreement;

/// <summary>The agreement of a whole atlas: a tally for every pole the model has and every readout.</summary>
internal sealed class AtlasAgreement
{
    private readonly AtlasManifest _manifest;
    private readonly TokenPool _pool;
    private readonly List<(Pole Pole, Readout Readout, AgreementTally Tally)> _tallies = [];

    public AtlasAgreement(AtlasManifest manifest, TokenPool pool, double[] frequency)
    {
        (_manifest, _pool) = (manifest, pool);
        foreach (var pole in Poles)
            foreach (var readout in Enum.GetValues<Readout>())
                _tallies.Add((pole, readout, new(pole, readout, manifest.Top, frequency)));
    }

    private Pole[] Poles => _manifest.Spec.Gated ? [Pole.Positive, Pole.Negative] : [Pole.Positive];

    /// <summary>Adds a cell; cells come by layer, then index.</summary>
    /// <exception cref="ArgumentException">A trigger points at a prefix that its sentence does not have.</exception>
    public void Add(AtlasCell cell)
    {
        foreach (var pole in Poles)
        {
            var triggers = cell.Triggers(pole);
            if (triggers.Count == 0) continue;
            var nextTokens = new int[triggers.Count];
            int lastToken = -1;
            for (int i = 0; i < nextTokens.Length; i++)
            {
                var (_, sentence, position) = triggers[i];
                if (!_pool.TryFind(sentence, position, out int last, out nextTokens[i]))
                    throw new ArgumentException(
                        $"L{cell.Layer}/{cell.Index}: sentence {sentence} has no position {position}");
                if (i == 0) lastToken = last;
            }
            foreach (var (_, readout, tally) in _tallies.Where(each => each.Pole == pole))
                tally.Add(cell.Layer, cell.Index, cell.Value.At(readout).At(pole).Prediction, lastToken, nextTokens);
        }
    }

    /// <summary>All comparisons, by pole, then readout.</summary>
    public IEnumerable<(CellAgreement[] Cells, LayerAgreement[] Layers)> Complete() =>
        _tallies.Select(each => each.Tally.Complete(_manifest.Spec.Layers));
}
