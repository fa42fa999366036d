using Loci.Torch.Optimisation;
using Paint.Model;
using Paint.Strokes;
using static TorchSharp.torch;

namespace Paint.Training;

/// <summary>The recipe: sizes and weights of the losses.</summary>
/// <param name="Iterations">Steps of the optimiser; the rate falls along a cosine until the last.</param>
/// <param name="Seed">Of the first weights and of the strokes.</param>
internal sealed record Recipe(int Iterations, int Seed)
{
    public const int Batch = 32, Warmup = 300;
    public const double Rate = 1e-3, LowestRate = 1e-5;

    /// <summary>
    /// As in the paper: 10 pixels, 1 parameters, 10 Wasserstein, 10 decisions. There a decision to paint weighs
    /// 10 times as much as one not to; here they weigh the same, since painting what is right already costs strokes.
    /// </summary>
    public const double Pixels = 10, Parameters = 1, Wasserstein = 10, Decisions = 10;
}

/// <summary>The losses of a step, unweighted.</summary>
internal readonly record struct StepLosses(
    double Pixels, double Parameters, double Wasserstein, double Decisions)
{
    public double Total => Recipe.Pixels * Pixels + Recipe.Parameters * Parameters
        + Recipe.Wasserstein * Wasserstein + Recipe.Decisions * Decisions;
}

/// <summary>
/// Trains the stroke predictor on random strokes. What a step draws depends on the seed and its number alone, so that a
/// training that was interrupted goes on as if it had not been.
/// </summary>
internal sealed class StrokeTrainer : IDisposable
{
    public const string Purpose = "paint training strokes";

    private static readonly AdamWOptions s_options = new(Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, WeightDecay: 0);

    private readonly LearningRate _rate;

    public StrokeTrainer(Recipe recipe)
    {
        Recipe = recipe;
        Network = new(recipe.Seed);
        Optimiser = new(Network.Parameters, s_options);
        _rate = new(Recipe.Rate, Recipe.LowestRate, Math.Min(Recipe.Warmup, recipe.Iterations), recipe.Iterations);
    }

    public Recipe Recipe { get; }

    public StrokeNetwork Network { get; }

    public AdamW Optimiser { get; }

    /// <summary>Steps taken.</summary>
    public int Step { get; set; }

    /// <summary>Takes a step.</summary>
    public StepLosses Advance()
    {
        using var scope = NewDisposeScope();
        const int Patch = PredictorShape.Patch;
        var examples = RandomStrokes.Draw(
            Recipe.Batch, Patch, PredictorShape.Queries, Recipe.Seed, Purpose, Step);
        var target = Stack(examples.Select(example => example.Target));
        var (strokes, decisions) = Network.Apply(target, Stack(examples.Select(e => e.Canvas)), training: true);
        var matched = MatchedBatch.Of(
            examples, strokes.detach().contiguous().data<float>().ToArray(),
            decisions.detach().contiguous().data<float>().ToArray());
        long[] shape = [Recipe.Batch, PredictorShape.Queries];
        var wanted = tensor(matched.Strokes).view(shape[0], shape[1], Stroke.Size);
        var present = tensor(matched.Present).view(shape);
        var found = present.sum().clamp_min(1);
        var painted = StrokeLosses.Render(Stack(examples.Select(e => e.Canvas)), target, strokes, decisions);
        var pixels = (painted - target).abs().mean();
        var parameters = (StrokeLosses.Parameters(strokes, wanted) * present).sum() / found / Stroke.Size;
        var wasserstein = (StrokeLosses.Wasserstein(strokes, wanted) * present).sum() / found;
        var decided = nn.functional.binary_cross_entropy_with_logits(decisions, present);
        Network.Parameters.ClearGradients();
        (Recipe.Pixels * pixels + Recipe.Parameters * parameters + Recipe.Wasserstein * wasserstein
            + Recipe.Decisions * decided).backward();
        Step++;
        double norm = Optimiser.GradientNorm();
        var losses = new StepLosses(
            pixels.item<float>(), parameters.item<float>(), wasserstein.item<float>(), decided.item<float>());
        if (!double.IsFinite(norm) || !double.IsFinite(losses.Total))
            throw new InvalidDataException(
                $"Step {Step}: loss {losses.Total}, gradient {norm}: the training diverged.");
        Optimiser.Step(Step, _rate.At(Step), Math.Min(1, 1 / norm));
        return losses;
    }

    public void Dispose() => Network.Dispose();

    /// <summary>[count, 3, side, side]</summary>
    public static Tensor Stack(IEnumerable<Canvas> pictures)
    {
        var all = pictures.ToArray();
        float[] numbers = [.. all.SelectMany(picture => picture.Pixels)];
        return tensor(numbers).view(all.Length, 3, all[0].Height, all[0].Width);
    }
}
