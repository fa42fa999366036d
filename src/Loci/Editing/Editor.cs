using Loci.Models;
using Loci.Models.Generation;

namespace Loci.Editing;

/// <summary>
/// Solves edits on top of a journal. It writes nothing: a plan is shown, and then added to the journal.
/// </summary>
/// <param name="baseModel">The journal's base.</param>
/// <param name="journal">The edits so far.</param>
/// <param name="statistics">Of keys, where the method needs them and for forecasts, or null.</param>
public sealed class Editor(Model baseModel, EditJournal journal, KeyStatistics? statistics)
{
    /// <summary>Solves one batch.</summary>
    /// <param name="requests">What to write; several only for methods that solve a batch as one.</param>
    /// <param name="method">How.</param>
    /// <param name="settings">How the value is sought.</param>
    /// <param name="probes">Neighbours whose keys the forecast looks at.</param>
    /// <param name="compute">Threads to use, and what ends it early.</param>
    /// <exception cref="LociException">
    /// A request cannot be: the subject is not in the prompt, a word is unknown, the target is the answer already;
    /// statistics are missing or another model's; or a denominator is too small.
    /// </exception>
    public EditPlan Plan(
        IReadOnlyList<EditRequest> requests, EditMethod method, EditSettings settings,
        IReadOnlyList<EditRequest>? probes = null, Compute compute = default)
    {
        journal.Require(baseModel);
        var layers = Layers(method, settings);
        if (method.NeedsStatistics) (statistics ?? throw Missing(method)).Require(baseModel, layers);
        TensorChange[] earlier = [.. journal.Active.SelectMany(entry => entry.Changes)];
        var before = EditedModel.Apply(baseModel, earlier, "before");
        SubjectPlace[] places = [.. requests.Select(request => SubjectPlace.Of(before, request))];
        RequestScore[] scores = [.. places.Select(place => Score(before, place, compute))];
        for (int i = 0; i < scores.Length; i++)
            if (scores[i].Taken)
                throw new LociException(
                    $"{requests[i]} is what the model says already (probability {scores[i].Probability:p1}): there is "
                    + "nothing to write.");
        var (changes, forecast) = method is ClosedMethod closed
            ? Solve(closed, before, places, requests, layers, settings, earlier, probes ?? [], compute)
            : (WeightTraining.Run((TrainedMethod)method, before, places, layers, compute), null);
        var after = EditedModel.Apply(baseModel, [.. earlier, .. changes], "after");
        var numbers = new Dictionary<string, double>(method.Settings);
        foreach (var (name, value) in settings.Numbers) numbers[name] = value;
        return new(
            new()
            {
                Number = journal.NextNumber, Requests = requests, Method = method.Name, Settings = numbers,
                Layers = layers, SolvedOn = [.. journal.Active.Select(entry => entry.Number)],
                Statistics = method.NeedsStatistics ? statistics!.Hash : "", Seed = settings.Seed, Changes = changes,
                Before = scores, After = [.. places.Select(place => Score(after, place, compute))],
            },
            forecast, before, after);
    }

    private IReadOnlyList<int> Layers(EditMethod method, EditSettings settings)
    {
        int[] layers = [.. (settings.Layers ?? EditSettings.LayersFor(method,
            baseModel.Spec.Layers)).Distinct().Order()];
        if (layers.Length == 0 || layers[0] < 0 || layers[^1] >= baseModel.Spec.Layers)
            throw new LociException(
                $"Layers {string.Join(", ", layers)}: the model has {baseModel.Spec.Layers}, 0 to "
                + $"{baseModel.Spec.Layers - 1}.");
        foreach (int layer in layers)
            if (method is ClosedMethod && baseModel.Spec.Blocks[layer].SandwichNorms)
                throw new UnsupportedException(
                    $"Layer {layer} norms what its cells give before it joins the stream (sandwich norms): "
                    + "closed edits are not implemented for it. «--method ft-m» trains it instead.");
        return layers;
    }

    private (TensorChange[] Changes, Forecast Forecast) Solve(
        ClosedMethod method, Model before, SubjectPlace[] places, IReadOnlyList<EditRequest> requests,
        IReadOnlyList<int> layers, EditSettings settings, TensorChange[] earlier, IReadOnlyList<EditRequest> probes,
        Compute compute)
    {
        if (places.Length > 1 && !method.IsJoint)
            throw new LociException($"{method.Name} writes one fact at a time; give the edits one after another.");
        int top = layers[^1];
        int[][] beginnings = EditContexts.Sample(before, settings.Contexts, settings.ContextLength, settings.Seed);
        IReadOnlyList<EditText>[] texts =
            [.. places.Select(place => EditContexts.Texts(before, place, beginnings))];
        double[][] wanted = new double[places.Length][];                // z*, the stream each subject is to have
        for (int i = 0; i < places.Length; i++)
        {
            wanted[i] = LayerKeys.MeanAt(before.Transformer, texts[i], TapPoint.ResidualAfter, top, compute);
            double[] delta = ValueSearch.Find(before, texts[i], places[i], requests[i], top, settings, compute);
            if (!(Vectors.Norm(delta) > 0)) throw Mute(requests[i], top, places[i]);
            Vectors.Add(1, delta, wanted[i]);
        }
        EditText[] probeTexts = [.. probes.Select(probe => SubjectPlace.Of(before, probe)).Select(p =>
            new EditText(p.Prompt, p.Last))];
        var changes = new List<TensorChange>();
        var forecasts = new List<LayerForecast>();
        var transformer = before.Transformer;
        for (int at = 0; at < layers.Count; at++)
        {
            int layer = layers[at];
            double[] matrix = LayerKeys.Matrix(transformer, layer);     // [width, cells]
            string tensor = LayerKeys.Slot(transformer, layer).Name;
            var keys = new List<double[]>();
            var values = new List<double[]>();
            var residuals = new List<double[]>();
            for (int i = 0; i < places.Length; i++)
            {
                double[] key = LayerKeys.Mean(transformer, texts[i], layer, compute);
                double[] residual = LayerKeys.MeanAt(transformer, texts[i], TapPoint.ResidualAfter, top, compute);
                for (int c = 0; c < residual.Length; c++)
                    residual[c] = (wanted[i][c] - residual[c]) / (layers.Count - at);
                double[] value = LayerKeys.Retrieve(matrix, key);
                if (settings.KeepsNorm) KeepNorm(value, residual);
                Vectors.Add(1, residual, value);
                keys.Add(key);
                values.Add(value);
                residuals.Add(residual);
            }
            double[][] kept = [.. earlier.Where(change => change.Tensor == tensor).SelectMany(change => change.Keys)];
            var problem = new LayerProblem(layer, statistics, keys, residuals, kept);
            var change = method.Solve(problem);
            changes.Add(new(tensor, change, null, keys, values));
            forecasts.Add(LayerForecast.Of(
                layer, change, matrix, keys.Min(key => EditSolver.Denominator(method.Metric(problem), key)),
                statistics is { } known && known.Layers.Contains(layer) ? known.Moments(layer).Mean() : null,
                probeTexts.Length == 0 ? [] : LayerKeys.Rows(
                    before.Transformer, probeTexts, TapPoint.Coefficients, layer, compute),
                kept));
            transformer = EditedModel.Apply(baseModel.Transformer, [.. earlier, .. changes]);
        }
        return ([.. changes], new(forecasts));
    }

    // v* = v + residual, scaled to the length of v.
    private static void KeepNorm(double[] value, double[] residual)
    {
        double[] wanted = [.. value];
        Vectors.Add(1, residual, wanted);
        double scale = Vectors.Norm(value) / Vectors.Norm(wanted);
        if (!double.IsFinite(scale)) return;
        for (int c = 0; c < residual.Length; c++) residual[c] = scale * wanted[c] - value[c];
    }

    /// <summary>What a model gives for a request.</summary>
    internal static RequestScore Score(Model model, SubjectPlace place, Compute compute = default)
    {
        var answer = AnswerScorer.Score(model.Transformer, [new(place.Prompt, place.Target)], compute)[0];
        int[] said = Generator.Greedy(model, place.Prompt, place.Target.Length, compute);
        return new(answer.Probability, model.RequireTokenizer().Decode(said).Trim(), answer.Said);
    }

    // The search had no slope to follow.
    private LociException Mute(EditRequest request, int layer, SubjectPlace place) => new(
        $"{request}: nothing that layer {layer} could give at the subject's last token changes what is said at the end "
        + "of the prompt" + (layer == baseModel.Spec.Layers - 1 && place.Last < place.Prompt.Length - 1
            ? ": it is the last layer, and no later one carries it from the subject to there. Choose a lower layer."
            : ". Choose another layer."));

    private static LociException Missing(EditMethod method) => new(
        $"{method.Name} needs statistics of keys. «loci edit statistics MODEL --corpus FILE --out FILE» gathers them; "
        + "«--method delta» needs none.");
}
