using System.Numerics;
using Loci.Memory.FastWeights;
using static TorchSharp.torch;
using AutogradContext = TorchSharp.torch.autograd.AutogradContext;

namespace Loci.Torch.Autograd;

/// <summary>What the chunk form needs to know beside its tensors.</summary>
public sealed record ChunkSettings(bool Correct, bool Normalized, int Chunk);

/// <summary>
/// The chunk form of the kernels, forward and backward, in Torch's graph. Arguments: queries, keys, values, strengths
/// or null, log gates or null, S or null, z or null, <see cref="ChunkSettings"/>. Results: outputs, S, and z where
/// kept.
/// </summary>
internal sealed class ChunkFunction : autograd.MultiTensorFunction<ChunkFunction>
{
    private const string Memory = nameof(Memory);

    public override string Name => "LociFastWeights";

    public override List<Tensor> forward(AutogradContext ctx, params object[] vars)
    {
        Tensor?[] tensors = [.. vars.Take(7).Select(x => x as Tensor)];
        var settings = (ChunkSettings)vars[7];
        return tensors[0]!.dtype == ScalarType.Float64
            ? Forward<double>(ctx, tensors, settings)
            : Forward<float>(ctx, tensors, settings);
    }

    public override List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs) =>
        ctx.get_data(Memory) is Kept<double> kept
            ? Backward(ctx, kept, grad_outputs)
            : Backward(ctx, (Kept<float>)ctx.get_data(Memory), grad_outputs);

    private static List<Tensor> Forward<T>(AutogradContext ctx, Tensor?[] tensors, ChunkSettings settings)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor q = tensors[0]!, v = tensors[2]!;
        SequenceShape shape = Shape(q, v);
        var state = new ChunkState<T>(
            shape.Batch * shape.Heads, shape.KeySize, shape.ValueSize, settings.Chunk, settings.Normalized);
        if (tensors[5] is { } initial) state.Set(TensorData.Of<T>(initial), TensorData.OrEmpty<T>(tensors[6]));
        ChunkTape<T> tape = TapePool<T>.Rent();
        Tensor outputs = empty_like(v);
        Chunkwise.Forward(shape, Inputs<T>(tensors, settings), state, TensorData.Of<T>(outputs), tape, Threads);

        Tensor last = empty([shape.Batch, shape.Heads, shape.KeySize, shape.ValueSize], v.dtype);
        Tensor? normalizer = settings.Normalized ? empty([shape.Batch, shape.Heads, shape.KeySize], v.dtype) : null;
        state.CopyTo(TensorData.Of<T>(last), TensorData.OrEmpty<T>(normalizer));
        // Results that no one uses have no gradients. Torch's own zeros for them would be made from results long
        // disposed.
        ctx.set_materialize_grads(false);
        ctx.save_for_backward([.. tensors.Take(5).OfType<Tensor>()]);
        ctx.save_data(Memory, new Kept<T>(tape, shape, settings, [.. tensors.Select(x => x is not null)]));
        return normalizer is null ? [outputs, last] : [outputs, last, normalizer];
    }

    private static List<Tensor> Backward<T>(AutogradContext ctx, Kept<T> kept, List<Tensor> from)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (kept.IsUsed)
            throw new InvalidOperationException("the graph can be gone through once: its tape is given away");
        SequenceShape shape = kept.Shape;
        var saved = new Queue<Tensor>(ctx.get_saved_variables());
        Tensor?[] tensors = [.. kept.Given.Take(5).Select(given => given ? saved.Dequeue() : null)];
        Tensor?[] to = [.. tensors.Select(x => x is null ? null : empty_like(x))];
        long[] size = [shape.Batch, shape.Heads, shape.KeySize];
        using Tensor outputs = Defined(from[0]) ? from[0].contiguous() : zeros_like(tensors[2]!);
        // In the kernels these are the gradients of the final memories on the way in, of the initial ones on the way
        // out.
        Tensor states = Defined(from[1])
            ? from[1].clone().contiguous()
            : zeros([.. size, shape.ValueSize], outputs.dtype);
        Tensor? normalizers = !kept.Settings.Normalized
            ? null
            : Defined(from[2]) ? from[2].clone().contiguous() : zeros(size, outputs.dtype);
        Chunkwise.Backward(
            shape, Inputs<T>(tensors, kept.Settings), kept.Tape, TensorData.Of<T>(outputs),
            new()
            {
                Queries = TensorData.Of<T>(to[0]!), Keys = TensorData.Of<T>(to[1]!), Values = TensorData.Of<T>(to[2]!),
                Strengths = TensorData.OrEmpty<T>(to[3]), LogGates = TensorData.OrEmpty<T>(to[4]),
                States = TensorData.Of<T>(states), Normalizers = TensorData.OrEmpty<T>(normalizers),
            },
            Threads);
        foreach (Tensor? tensor in tensors) tensor?.Dispose();
        TapePool<T>.Return(kept.Tape);
        kept.IsUsed = true;
        return [.. to.Select(x => x!), kept.Given[5] ? states : null!, kept.Given[6] ? normalizers! : null!, null!];
    }

    private static bool Defined(Tensor? tensor) => tensor is { IsInvalid: false };

    private static int Threads => Math.Max(1, get_num_threads());

    private static SequenceShape Shape(Tensor q, Tensor v)
    {
        if (q.dim() != 4 || v.dim() != 4)
            throw new ArgumentException(
                $"queries and values have {q.dim()} and {v.dim()} dimensions, need [batch, length, heads, size]");
        return new((int)q.shape[0], (int)q.shape[1], (int)q.shape[2], (int)q.shape[3], (int)v.shape[3]);
    }

    private static SequenceInputs<T> Inputs<T>(Tensor?[] tensors, ChunkSettings settings)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new()
        {
            Queries = TensorData.Of<T>(tensors[0]!), Keys = TensorData.Of<T>(tensors[1]!),
            Values = TensorData.Of<T>(tensors[2]!),
            Strengths = TensorData.OrEmpty<T>(tensors[3]), LogGates = TensorData.OrEmpty<T>(tensors[4]),
            Correct = settings.Correct,
        };

    private sealed record Kept<T>(ChunkTape<T> Tape, SequenceShape Shape, ChunkSettings Settings, bool[] Given)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public bool IsUsed { get; set; }
    }
}
