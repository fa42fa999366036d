namespace Loci.Models.Weights;

/// <summary>Plain numbers: a gain, a bias, a table; several tensors stand one after the other.</summary>
internal sealed class NumbersStore(params TensorSlot[] tensors) : WeightStore(tensors)
{
    /// <summary>The numbers of all tensors; empty until they are filled.</summary>
    public float[] Numbers { get; private set; } = [];

    public override void Fill(TensorSource source) =>
        Numbers = [.. Tensors.SelectMany(tensor => source.Open(tensor).ToFloats())];

    public override void Share(WeightStore other) => Numbers = ((NumbersStore)other).Numbers;

    public override bool Shares(WeightStore other) => ReferenceEquals(Numbers, ((NumbersStore)other).Numbers);

    public override float[] Read(int tensor) => Part(Numbers, tensor);
}
