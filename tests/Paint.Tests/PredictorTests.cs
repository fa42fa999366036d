using Loci;
using Paint.Files;
using Paint.Measuring;
using Paint.Model;
using Paint.Painting;
using Paint.Pictures;
using Paint.Strokes;
using Paint.Training;
using static TorchSharp.torch;

namespace Paint.Tests;

public class PredictorTests : IDisposable
{
    // Two engines sum in different orders, in float32, through eleven layers.
    private const double BetweenEngines = 2e-4;

    // 8 × 8 pixels of red 200, green 80, blue 40.
    private const string OrangeJpeg =
        "/9j/4AAQSkZJRgABAQAAAQABAAD/4gHYSUNDX1BST0ZJTEUAAQEAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEAAAAAAABh"
        + "Y3NwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        + "AAAAAAAAAAAAAAAAAAAAAAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRiWFlaAAABPAAAABR3dHB0AAAB"
        + "UAAAABRyVFJDAAABZAAAAChnVFJDAAABZAAAAChiVFJDAAABZAAAAChjcHJ0AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAA"
        + "AAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1AAADkFhZWiAAAAAAAABimQAAt4UAABjaWFlaIAAAAAAAACSgAAAPhAAAts9Y"
        + "WVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAPKnAAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAM"
        + "ZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADb/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0o"
        + "OjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2Nj"
        + "Y2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2P/wAARCAAIAAgDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAT/"
        + "xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFAEBAAAAAAAAAAAAAAAAAAAABf/EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAMAwEAAhED"
        + "EQA/AJgBh5//2Q==";

    private readonly string _folder = Directory.CreateTempSubdirectory("paint").FullName;

    [Fact]
    public void TheManagedEngineAnswersAsTorchDoes()
    {
        using var trainer = new StrokeTrainer(new(Iterations: 3, Seed: 7));
        for (int i = 0; i < 3; i++) trainer.Advance();
        string path = Path.Combine(_folder, "strokes.safetensors");
        TrainingFile.SavePredictor(trainer, path);
        var examples = RandomStrokes.Draw(40, PredictorShape.Patch, PredictorShape.Queries, 1, "test", 0);
        using var scope = NewDisposeScope();
        var (strokes, decisions) = trainer.Network.Apply(
            StrokeTrainer.Stack(examples.Select(e => e.Target)), StrokeTrainer.Stack(examples.Select(e => e.Canvas)),
            training: false);
        float[] numbers = strokes.detach().contiguous().data<float>().ToArray();
        float[] logits = decisions.detach().contiguous().data<float>().ToArray();
        var answers = SyntheticMeasurement.Ask(StrokePredictor.Open(path), examples);
        float[] own = new float[Stroke.Size];
        for (int i = 0; i < answers.Length; i++)
        {
            answers[i].Stroke.CopyTo(own);
            for (int n = 0; n < own.Length; n++) Assert.Equal(numbers[i * Stroke.Size + n], own[n], BetweenEngines);
            Assert.Equal(logits[i], answers[i].Decision, BetweenEngines);
        }
    }

    [Fact]
    public void AnInterruptedTrainingEndsAsOneWithoutAPause()
    {
        string path = Path.Combine(_folder, "training.safetensors");
        var recipe = new Recipe(Iterations: 4, Seed: 3);
        using StrokeTrainer whole = new(recipe), first = new(recipe), second = new(recipe);
        for (int i = 0; i < 4; i++) whole.Advance();
        for (int i = 0; i < 2; i++) first.Advance();
        TrainingFile.Save(first, path);
        Assert.Equal(recipe, TrainingFile.ReadRecipe(path));
        TrainingFile.Resume(second, path);
        for (int i = 0; i < 2; i++) second.Advance();
        Assert.Equal(whole.Network.Parameters.Values.ToArray(), second.Network.Parameters.Values.ToArray());
    }

    [Fact]
    public void TheTrainedPredictorPaintsBetterThanNothingAndThanRandomStrokes()
    {
        var (ways, matched, others) = SyntheticMeasurement.Run(StrokePredictor.Open(TrainedPredictor.Path), 80);
        double Error(string name) => ways.Single(way => way.Name.StartsWith(name, StringComparison.Ordinal)).Error.Mean;
        Assert.True(Error("predictor") < Error("canvas unchanged"));
        Assert.True(Error("predictor") < Error("random strokes"));
        Assert.True(matched.High < others.Low, $"{matched.Text("0.000")} against {others.Text("0.000")}");
    }

    [Fact]
    public void APaintingDoesNotDependOnThreadsAndFitsItsPicture()
    {
        var painter = new Painter(StrokePredictor.Open(TrainedPredictor.Path));
        var picture = OwnPictures.All(64).First().Picture.Cut(0, 0, 64, 40);
        var (one, two) = (painter.Paint(picture, 1), painter.Paint(picture, 2));
        Assert.Equal(one.Strokes, two.Strokes);
        var canvas = one.Render();
        Assert.Equal((64, 40), (canvas.Width, canvas.Height));
        Assert.True(canvas.Distance(picture) < Canvas.Filled(64, 40, picture.Mean()).Distance(picture));
    }

    [Fact]
    public void PicturesComeBackFromPngAndBadOnesAreRefused()
    {
        string path = Path.Combine(_folder, "picture.png");
        var picture = OwnPictures.All(32).ElementAt(2).Picture;
        File.WriteAllBytes(path, PictureFile.Png(picture));
        var read = PictureFile.Read(path);
        for (int i = 0; i < read.Pixels.Length; i++) Assert.Equal(picture.Pixels[i], read.Pixels[i], 0.5 / 255 + 1e-6);
        byte[] whole = File.ReadAllBytes(path);
        byte[][] all = [[], [1, 2, 3], whole[..40], whole[..^200], [0xFF, 0xD8, 0xFF, 0xE0, 0, 0]];
        foreach (byte[] bad in all)
        {
            File.WriteAllBytes(path, bad);
            string message = Assert.Throws<LociException>(() => PictureFile.Read(path)).Message;
            Assert.Contains(path, message);
            Assert.DoesNotContain(message, char.IsControl);
        }
        Assert.Throws<LociException>(() => PictureFile.Read(Path.Combine(_folder, "none.png")));
        Assert.Throws<InvalidFileException>(() => StrokePredictor.Open(path));
    }

    [Fact]
    public void AJpegIsRead()
    {
        const float Lossy = 4 / 255f;   // what the coding may cost
        string path = Path.Combine(_folder, "picture.jpg");
        File.WriteAllBytes(path, Convert.FromBase64String(OrangeJpeg));
        var picture = PictureFile.Read(path);
        Assert.Equal((8, 8), (picture.Width, picture.Height));
        Assert.Equal(200 / 255f, picture[3, 5].Red, Lossy);
        Assert.Equal(80 / 255f, picture[3, 5].Green, Lossy);
        Assert.Equal(40 / 255f, picture[3, 5].Blue, Lossy);
    }

    [Fact]
    public void StrokesAreWrittenAsVectorsAndAsNumbers()
    {
        var painting = new StrokePainting(
            20, 10, new(1, 0, 0), [new(0, 0, 0, 16, new(0.5f, 0.5f, 0.5f, 0.2f, 0.25f), default)]);
        var svg = System.Xml.Linq.XDocument.Parse(StrokeFiles.Svg(painting, animated: true));
        Assert.Equal(2, svg.Root!.Elements().Count(e => e.Name.LocalName == "rect"));
        using var json = System.Text.Json.JsonDocument.Parse(StrokeFiles.Json(painting));
        var stroke = json.RootElement.GetProperty("strokes")[0];
        Assert.Equal((8, 45), (stroke.GetProperty("x").GetDouble(), stroke.GetProperty("angle").GetDouble()));
    }

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}
