namespace Loci.Tracing;

/// <summary>
/// What one cell adds to an answer. Cells are compared by this, never by their coefficients, whose scale is each
/// cell's own.
/// </summary>
/// <param name="Cell">The cell, at the pole it fires at.</param>
/// <param name="Coefficient">Its memory coefficient m.</param>
/// <param name="Contribution">What m·v adds to the answer's logit (or to its distance from another's), in nats.</param>
public readonly record struct CellContribution(CellId Cell, float Coefficient, double Contribution);
