using System.Text.Json.Serialization;

namespace Loci.Views;

/// <summary>Lists of cells with names and notes.</summary>
/// <param name="Revision">Goes up with every change; whoever writes names the one that he has read.</param>
/// <param name="Lists">The lists.</param>
public sealed record NotesView(int Revision, IReadOnlyList<CellListView> Lists);

/// <summary>A list of cells.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Cells">Its cells, in the order they were pinned.</param>
public sealed record CellListView(string Name, IReadOnlyList<CellNoteView> Cells);

/// <summary>A pinned cell.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Label">What it was named; empty: nothing yet.</param>
/// <param name="Note">What was noted; empty: nothing.</param>
/// <param name="Author">Who did; empty: nobody said.</param>
public sealed record CellNoteView(string Cell, string Label, string Note, string Author);

/// <summary>How notes are read, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(NotesView))]
internal sealed partial class NotesJson : JsonSerializerContext;
