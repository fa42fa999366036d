namespace Paint.Model;

/// <summary>What the file of a predictor says of itself.</summary>
public static class PredictorFile
{
    /// <summary>The entry «format» of its header.</summary>
    public const string Format = "paint stroke predictor 1";
}
