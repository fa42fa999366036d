using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Loci.Views;

/// <summary>
/// Views as JSON: names in snake case, a field per property in its order, without reflection. A number that could not
/// be measured is null; a field that does not apply is left out where its documentation says so.
/// </summary>
public static class ViewJson
{
    /// <summary>The document, UTF-8, indented for people.</summary>
    /// <param name="view">A view that stands on its own, or a list of one; see <c>docs/json.md</c>.</param>
    /// <exception cref="NotSupportedException">The type is not a view.</exception>
    public static byte[] Write<T>(T view) =>
        Write(view, new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The document, UTF-8, without spaces between: for files of many numbers.</summary>
    /// <inheritdoc cref="Write{T}(T)"/>
    public static byte[] WriteCompact<T>(T view) =>
        Write(view, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The document on one line, ASCII: for files that hold a document a line.</summary>
    /// <inheritdoc cref="Write{T}(T)"/>
    public static byte[] WriteLine<T>(T view) => Write(view, default);

    /// <summary>How every view is written, for whoever writes with options of his own.</summary>
    public static IJsonTypeInfoResolver Contract => ViewSerializer.Default;

    private static byte[] Write<T>(T view, JsonWriterOptions options)
    {
        var type = ViewSerializer.Default.GetTypeInfo(typeof(T))
            ?? throw new NotSupportedException($"{typeof(T)} is not a view");
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, options)) JsonSerializer.Serialize(writer, view, type);
        return buffer.WrittenSpan.ToArray();
    }
}

/// <summary>The views that stand on their own.</summary>
[
    JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
        GenerationMode = JsonSourceGenerationMode.Metadata),
]
[JsonSerializable(typeof(AtlasView))]
[JsonSerializable(typeof(CellView))]
[JsonSerializable(typeof(SearchView))]
[JsonSerializable(typeof(TraceView))]
[JsonSerializable(typeof(ModelView))]
[JsonSerializable(typeof(ModelCheckView))]
[JsonSerializable(typeof(RunView))]
[JsonSerializable(typeof(GenerationView))]
[JsonSerializable(typeof(ReadingView))]
[JsonSerializable(typeof(MemoryView))]
[JsonSerializable(typeof(DemoView))]
[JsonSerializable(typeof(ReportView))]
[JsonSerializable(typeof(IReadOnlyList<InterferenceView>))]
[JsonSerializable(typeof(AnnotationView))]
[JsonSerializable(typeof(IReadOnlyList<TruthLayerView>))]
[JsonSerializable(typeof(QuizView))]
[JsonSerializable(typeof(WorldTextView))]
[JsonSerializable(typeof(SentenceView))]
[JsonSerializable(typeof(DocumentationTextView))]
[JsonSerializable(typeof(DocumentationDemoView))]
[JsonSerializable(typeof(TextScoreView))]
[JsonSerializable(typeof(DocumentationTruthView))]
[JsonSerializable(typeof(DocumentationPassageView))]
[JsonSerializable(typeof(WorkbenchView))]
[JsonSerializable(typeof(LensView))]
[JsonSerializable(typeof(AttentionView))]
[JsonSerializable(typeof(SwitchView))]
[JsonSerializable(typeof(ShadedTriggersView))]
[JsonSerializable(typeof(CellBandsView))]
[JsonSerializable(typeof(NeighboursView))]
[JsonSerializable(typeof(QuadrantsView))]
[JsonSerializable(typeof(CausalityView))]
[JsonSerializable(typeof(CellPatternView))]
[JsonSerializable(typeof(MapView))]
[JsonSerializable(typeof(TextStatesView))]
[JsonSerializable(typeof(TextStateView))]
[JsonSerializable(typeof(StateDifferenceView))]
[JsonSerializable(typeof(StateAnswerView))]
[JsonSerializable(typeof(NotesView))]
[JsonSerializable(typeof(ErrorView))]
[JsonSerializable(typeof(EditView))]
[JsonSerializable(typeof(JournalView))]
[JsonSerializable(typeof(JournalEntryView))]
[JsonSerializable(typeof(EditEvaluationView))]
[JsonSerializable(typeof(EditAdviceView))]
[JsonSerializable(typeof(WorkbenchEditsView))]
[JsonSerializable(typeof(EditForecastView))]
[JsonSerializable(typeof(EditComparisonView))]
internal sealed partial class ViewSerializer : JsonSerializerContext;
