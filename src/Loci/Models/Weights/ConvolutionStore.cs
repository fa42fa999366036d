namespace Loci.Models.Weights;

/// <summary>
/// The factors of a short convolution: tensors [channels, 1, size], held as one table whose last row belongs to the
/// token itself.
/// </summary>
internal sealed class ConvolutionStore(params TensorSlot[] tensors) : WeightStore(tensors)
{
    /// <summary>[size, channels of all tensors]; empty until they are filled.</summary>
    public float[] Factors { get; private set; } = [];

    private int Size => (int)Tensors[0].Shape[2];

    private int Channels => Tensors.Sum(tensor => (int)tensor.Shape[0]);

    public override void Fill(TensorSource source)
    {
        int size = Size, channels = Channels;
        float[] factors = new float[checked(size * channels)];
        for (int t = 0; t < Tensors.Count; t++)
        {
            int first = First(t);
            float[] stored = source.Open(Tensors[t]).ToFloats();        // [channels, 1, size]
            for (int i = 0; i < stored.Length; i++) factors[i % size * channels + first + i / size] = stored[i];
        }
        Factors = factors;
    }

    public override void Share(WeightStore other) => Factors = ((ConvolutionStore)other).Factors;

    public override bool Shares(WeightStore other) => ReferenceEquals(Factors, ((ConvolutionStore)other).Factors);

    public override float[] Read(int tensor) => Part(Factors, tensor);

    public override float[] Part(float[] numbers, int tensor)
    {
        int size = Size, channels = Channels, first = First(tensor);
        float[] part = new float[Tensors[tensor].Count];
        for (int i = 0; i < part.Length; i++) part[i] = numbers[i % size * channels + first + i / size];
        return part;
    }
}
