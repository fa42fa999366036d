using Loci.Tests;

namespace Loci.Reports.Tests;

/// <summary>
/// A report of synthetic numbers, for the eye: set LOCI_DEMO_REPORT to a folder and run this class.
/// </summary>
public sealed class DemoPage
{
    [Theory]
    [InlineData(5)]
    [InlineData(48)]
    public void A_report_of_synthetic_numbers_is_written(int layers)
    {
        using var temporary = new TemporaryFolder();
        string folder = Environment.GetEnvironmentVariable("LOCI_DEMO_REPORT") is { Length: > 0 } kept
            ? $"{kept}-{layers}"
            : temporary["report"];
        ReportFolder.Write(Samples.Report(layers), null, folder);
        Assert.True(File.Exists(System.IO.Path.Combine(folder, "report.html")));
    }

    [Fact]
    public void A_report_of_hostile_text_is_written()
    {
        using var temporary = new TemporaryFolder();
        string folder = Environment.GetEnvironmentVariable("LOCI_DEMO_REPORT") is { Length: > 0 } kept
            ? $"{kept}-hostile"
            : temporary["report"];
        ReportFolder.Write(Samples.Report(4, Samples.Hostile), null, folder);
        Assert.Equal(6, Directory.GetFiles(System.IO.Path.Combine(folder, "figures"), "*.png").Length);
    }
}
