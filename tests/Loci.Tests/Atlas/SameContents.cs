using Loci.Atlas;

namespace Loci.Tests.Atlas;

/// <summary>Compares atlas contents by value, lists included.</summary>
internal static class SameContents
{
    public static void Check(AtlasCell expected, AtlasCell actual)
    {
        Assert.Equal((expected.Layer, expected.Index), (actual.Layer, actual.Index));
        Assert.Equal(expected.Positive, actual.Positive);
        Assert.Equal(expected.Negative, actual.Negative);
        Assert.Equal(expected.Statistics, actual.Statistics);
        Assert.Equal(expected.Histogram, actual.Histogram);
        Assert.Equal(expected.Value.Norm, actual.Value.Norm);
        foreach (var readout in Enum.GetValues<Readout>())
        {
            Check(expected.Value.At(readout).Top, actual.Value.At(readout).Top);
            Check(expected.Value.At(readout).Bottom, actual.Value.At(readout).Bottom);
        }
    }

    private static void Check(ValueEnd expected, ValueEnd actual)
    {
        Assert.Equal(expected.Tokens, actual.Tokens);
        Assert.Equal((expected.Probability, expected.ZScore), (actual.Probability, actual.ZScore));
    }
}
