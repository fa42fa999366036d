namespace Loci.Memory.Numerics;

/// <summary>The non-linearities f of a feed-forward layer.</summary>
public enum Activation
{
    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>x·Φ(x) with the exact normal distribution function.</summary>
    Gelu,

    /// <summary>The tanh approximation of GELU, 0.5x(1 + tanh(√(2/π)(x + 0.044715x³))).</summary>
    GeluTanh,

    /// <summary>x·sigmoid(x), also called swish.</summary>
    Silu,

    /// <summary>x·sigmoid(1.702x).</summary>
    QuickGelu,

    /// <summary>max(x, 0)².</summary>
    SquaredRelu,
}
