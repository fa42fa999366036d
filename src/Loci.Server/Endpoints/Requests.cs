using System.Text.Json.Serialization;

namespace Loci.Server.Endpoints;

/// <summary>A prompt: a text, or ids exactly as given.</summary>
internal record PromptRequest
{
    /// <summary>The text; the model's beginning-of-sequence token is put before it.</summary>
    public string? Prompt { get; set; }

    /// <summary>Token ids instead of a text.</summary>
    public int[]? Ids { get; set; }

    /// <summary>Changes of coefficients, as <c>--set</c> takes them.</summary>
    public string? Set { get; set; }

    /// <summary>Put it to the model with the journal's edits instead of the base.</summary>
    public bool Edited { get; set; }
}

/// <summary>A prompt to trace.</summary>
internal sealed record TraceRequest : PromptRequest
{
    /// <summary>Explain what follows this token, from 0; the last by default.</summary>
    public int? Position { get; set; }

    /// <summary>Explain this next token instead of the model's own: its text, or #403.</summary>
    public string? Why { get; set; }

    /// <summary>Explain what speaks for the answer and against this token.</summary>
    public string? Not { get; set; }

    /// <summary>Most cells for the answer, and against it.</summary>
    public int Top { get; set; } = 12;

    /// <summary>Attribute the answer to all cells by gradients, too.</summary>
    public bool Attribution { get; set; }
}

/// <summary>A layer's attention over a prompt.</summary>
internal sealed record AttentionRequest : PromptRequest
{
    /// <summary>The layer, from 0.</summary>
    public int Layer { get; set; }
}

/// <summary>A prompt to switch cells in.</summary>
internal sealed record SwitchRequest : PromptRequest
{
    /// <summary>Seed of the controls that are drawn.</summary>
    public int Seed { get; set; } = 1;
}

/// <summary>A text to go on with.</summary>
internal sealed record GenerateRequest : PromptRequest
{
    /// <summary>Changes of the control, as <c>--set</c> takes them.</summary>
    public string? Control { get; set; }

    /// <summary>Most tokens to make.</summary>
    public int MaxTokens { get; set; } = 40;

    /// <summary>0 always takes the best token; else draws from softmax(logits / temperature).</summary>
    public float Temperature { get; set; }

    /// <summary>Seed of the draws.</summary>
    public int Seed { get; set; }
}

/// <summary>A write to erase.</summary>
internal sealed record EraseRequest
{
    /// <summary>The token, from 0.</summary>
    public int Position { get; set; }

    /// <summary>The layer; with <see cref="Head"/>, else all.</summary>
    public int? Layer { get; set; }

    /// <summary>The head.</summary>
    public int? Head { get; set; }
}

/// <summary>What both the base and the edited model are asked.</summary>
internal record CompareRequest
{
    /// <summary>The edit of the journal; null: none.</summary>
    public int? Edit { get; set; }

    /// <summary>The same asked otherwise; null: those that are known.</summary>
    public string[]? Paraphrases { get; set; }

    /// <summary>Prompts whose answers are to stay; null: those that are known.</summary>
    public string[]? Neighbours { get; set; }
}

/// <summary>A fact to write.</summary>
internal sealed record ForecastRequest : CompareRequest
{
    /// <summary>The text up to the answer, with the subject in it.</summary>
    public string Prompt { get; set; } = "";

    /// <summary>What the fact is about, as it stands in the prompt.</summary>
    public string Subject { get; set; } = "";

    /// <summary>The new answer.</summary>
    public string Target { get; set; } = "";

    /// <summary>How.</summary>
    public string Method { get; set; } = "rome";

    /// <summary>The layers to write; null: the method's own.</summary>
    public int[]? Layers { get; set; }

    /// <summary>Decides the contexts that are sampled.</summary>
    public int Seed { get; set; } = 1;
}

/// <summary>A solved edit to write.</summary>
internal sealed record ApplyRequest
{
    /// <summary>Its number.</summary>
    public int Plan { get; set; }

    /// <summary>A note for the journal.</summary>
    public string Note { get; set; } = "";
}

/// <summary>A piece of generated text.</summary>
/// <param name="Lane"><c>before</c>, <c>after</c> or <c>control</c>.</param>
/// <param name="Id">The token.</param>
/// <param name="Text">What it adds to the text.</param>
internal sealed record GeneratedPiece(string Lane, int Id, string Text);

/// <summary>How far work is.</summary>
/// <param name="Doing">What is done.</param>
/// <param name="Done">Steps done.</param>
/// <param name="Total">Of how many.</param>
internal sealed record WorkProgress(string Doing, long Done, long Total);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, PropertyNameCaseInsensitive = false)]
[JsonSerializable(typeof(PromptRequest))]
[JsonSerializable(typeof(TraceRequest))]
[JsonSerializable(typeof(AttentionRequest))]
[JsonSerializable(typeof(SwitchRequest))]
[JsonSerializable(typeof(GenerateRequest))]
[JsonSerializable(typeof(EraseRequest))]
[JsonSerializable(typeof(ForecastRequest))]
[JsonSerializable(typeof(CompareRequest))]
[JsonSerializable(typeof(ApplyRequest))]
[JsonSerializable(typeof(GeneratedPiece))]
[JsonSerializable(typeof(WorkProgress))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(string))]
internal sealed partial class RequestJson : JsonSerializerContext;
