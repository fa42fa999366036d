using System.Runtime.CompilerServices;
using Loci.Memory.FastWeights;
using Loci.Memory.FastWeights.Kernels;
using static Loci.Memory.Tests.FastWeights.PlainRecurrence;

namespace Loci.Memory.Tests.FastWeights;

/// <summary>The kernels against numbers that Goldens/generate.py computed with numpy.</summary>
public class GoldenTests
{
    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Folder(), "*.golden").Select(f => Path.GetFileName(f)!).Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public void Float64_within_1e12_and_float32_within_1e5(string file)
    {
        Check<double>(file, 1e-12, 1e-12);
        Check<float>(file, 1e-5, 1e-4);
    }

    private static void Check<T>(string file, double tolerance, double gateTolerance)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        using var reader = new BinaryReader(File.OpenRead(Path.Combine(Folder(), file)));
        int length = reader.ReadInt32(), keys = reader.ReadInt32(), values = reader.ReadInt32();
        var plain = new PlainRecurrence(length, keys, values) { Correct = reader.ReadInt32() != 0 };
        string gates = reader.ReadInt32() != 0 ? "some" : "none";
        plain.Normalized = reader.ReadInt32() != 0;
        Fill(plain.Q, plain.K, plain.V, plain.Beta, plain.G, plain.S0, plain.Z0);
        double[] dOutput = Next(length * values), dState = Next(keys * values), dZ = Next(keys);
        double[] output = Next(length * values), state = Next(keys * values), z = Next(keys);
        double[] dq = Next(length * keys), dk = Next(length * keys), dv = Next(length * values), db = Next(length),
            dg = Next(length);
        double[] ds = Next(keys * values), dz = Next(keys);
        Assert.Equal(reader.BaseStream.Length, reader.BaseStream.Position);

        foreach (HeadKernels<T> kernels in HeadKernels<T>.All())
        {
            foreach (int chunk in new[] { 1, 16, 32, 64 })
            {
                var found = ChunkwiseTests.Gradients<T>(plain, gates, chunk, dOutput, dState, dZ, kernels);
                Near(found.Output, output, tolerance);
                Near(found.Q, dq, tolerance);
                Near(found.K, dk, tolerance);
                Near(found.V, dv, tolerance);
                Near(found.Beta, db, tolerance);
                Near(found.S, ds, tolerance);
                if (gates != "none") Near(found.G, dg, gateTolerance);
                if (plain.Normalized) Near(found.Z, dz, tolerance);
            }
            T[] run = To<T>(plain.S0), normalizer = plain.Normalized
                ? To<T>(plain.Z0)
                : [], read = new T[output.Length];
            Recurrence.Run(
                kernels, new(1, length, 1, keys, values), ChunkwiseTests.Inputs<T>(plain, gates), run, normalizer, read,
                false, 1);
            Near(read, output, tolerance);
            Near(run, state, tolerance);
            if (plain.Normalized) Near(normalizer, z, tolerance);
        }

        double[] Next(int count) => [.. Enumerable.Range(0, count).Select(_ => reader.ReadDouble())];

        void Fill(params double[][] arrays)
        {
            foreach (double[] array in arrays) Next(array.Length).CopyTo(array, 0);
        }

        void Near(T[] a, double[] b, double within) =>
            Assert.True(RelativeError<T>(a, b) < within, $"{file} {typeof(T)} {RelativeError<T>(a, b)}");
    }

    private static string Folder([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "Goldens");
}
