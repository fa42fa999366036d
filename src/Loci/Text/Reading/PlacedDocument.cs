namespace Loci.Text.Reading;

/// <summary>A document, and where it is found again.</summary>
/// <param name="Document">The document.</param>
/// <param name="Restart">The place to read it from; null: only from the document before it, or not at all.</param>
/// <param name="HasPlaces">False where documents of its file have no places: the file is packed, or one value.</param>
internal readonly record struct PlacedDocument(Document Document, long? Restart, bool HasPlaces);
