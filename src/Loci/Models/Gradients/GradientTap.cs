namespace Loci.Models.Gradients;

/// <summary>
/// Called on the way back with the gradient of the loss by what a <see cref="Tap"/> was shown, as it left it:
/// <see cref="TapPoint.ResidualAfter"/>, <see cref="TapPoint.FeedForward"/>, <see cref="TapPoint.Coefficients"/>,
/// <see cref="TapPoint.FeedForwardInput"/>, <see cref="TapPoint.ResidualMiddle"/>, <see cref="TapPoint.Attention"/> and
/// <see cref="TapPoint.ResidualBefore"/> of each layer, from the last one down.
/// </summary>
/// <param name="point">Where the way back is.</param>
/// <param name="layer">The block, from 0.</param>
/// <param name="gradient">One row per token of the batch, as wide as the values there.</param>
/// <param name="batch">Whose tokens they are.</param>
public delegate void GradientTap(TapPoint point, int layer, ReadOnlySpan<float> gradient, Batch batch);
