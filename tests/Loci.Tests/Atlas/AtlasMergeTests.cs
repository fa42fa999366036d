using CsCheck;
using Loci.Atlas;

namespace Loci.Tests.Atlas;

public class AtlasMergeTests
{
    [Fact]
    public void Parts_merge_into_the_file_of_one_build() => Gen.Select(
        Gen.Int[0, 1000], Gen.Bool, Gen.Int[1, 60], Gen.Int[0, 50], Gen.Int[1, 5], Gen.Int[1, 4]).Sample(
        (seed, gated, top, sentences, parts, block) =>
        {
            using var folder = new TemporaryFolder();
            var synthetic = new SyntheticAtlas(seed, gated: gated, top: top, sentences: sentences);
            var files = Enumerable.Range(1, parts).Select(number => Part(folder, synthetic, number, parts, block))
                .ToArray();
            new Random(seed).Shuffle(files);
            AtlasWriter.Write(synthetic.Build(), folder["single"]);
            AtlasMerge.Write(files, folder["merged"]);
            Assert.Equal(File.ReadAllBytes(folder["single"]), File.ReadAllBytes(folder["merged"]));
        }, iter: 30, seed: "0000000000003");

    [Fact]
    public void Wrong_parts_are_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        var synthetic = new SyntheticAtlas(1);
        string one = Part(folder, synthetic, 1, 3, 1), two = Part(folder, synthetic, 2, 3, 1),
            three = Part(folder, synthetic, 3, 3, 1);
        string whole = folder["whole"], twin = folder["twin"], foreign = folder["foreign"], overlap = folder["overlap"];
        AtlasWriter.Write(synthetic.Build(), whole);
        File.Copy(two, twin);
        AtlasWriter.Write(new SyntheticAtlas(1, top: 6).Build(id => id % 3 == 1, new(2, 3)), foreign);
        AtlasWriter.Write(synthetic.Build(id => id % 3 <= 1, new(2, 3)), overlap);
        string otherValues = folder["values"];
        AtlasWriter.Write(new SyntheticAtlas(2).Build(id => id % 3 == 1, new(2, 3)), otherValues);
        Refused(folder, "missing: 2", one, three);
        Refused(folder, "both part 2 of 3", one, two, twin, three);
        Refused(folder, "a whole atlas", whole);
        Refused(folder, "a whole atlas", one, two, whole);
        Refused(folder, "top is", one, foreign, three);
        Refused(folder, "contradict themselves", one, overlap, three);
        Refused(folder, "differ in the value", one, otherValues, three);
        Refused(folder, "is part 1 of 2", two, Part(folder, synthetic, 1, 2, 1));
        Refused(folder, "nothing to merge");
        Assert.DoesNotContain("merged", folder.Names);
        Assert.DoesNotContain("merged.partial", folder.Names);
    }

    private static void Refused(TemporaryFolder folder, string because, params string[] parts) =>
        Assert.Contains(because, Assert.Throws<LociException>(() => AtlasMerge.Write(parts, folder["merged"])).Message);

    private static string Part(TemporaryFolder folder, SyntheticAtlas synthetic, int number, int of, int block)
    {
        string path = folder[$"{number}-{of}"];
        AtlasWriter.Write(synthetic.Build(id => id / block % of == number - 1, new(number, of)), path);
        return path;
    }
}
