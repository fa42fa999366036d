namespace Loci.Reports;

/// <summary>A table of text.</summary>
/// <param name="Caption">What it holds.</param>
/// <param name="Columns">Heads of the columns.</param>
/// <param name="Rows">Rows, each as long as there are columns; the first column names the row.</param>
public sealed record Table(string Caption, IReadOnlyList<Column> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);

/// <summary>The head of a column.</summary>
/// <param name="Name">Its text.</param>
/// <param name="Numeric">Its cells are numbers, and stand to the right.</param>
public sealed record Column(string Name, bool Numeric = false);
