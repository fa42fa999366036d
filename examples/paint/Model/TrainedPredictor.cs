namespace Paint.Model;

/// <summary>The predictor that comes along.</summary>
internal static class TrainedPredictor
{
    /// <summary>Its file, beside the program.</summary>
    public static string Path => System.IO.Path.Combine(AppContext.BaseDirectory, "strokes.safetensors");
}
