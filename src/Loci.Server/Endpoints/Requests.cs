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
[JsonSerializable(typeof(GeneratedPiece))]
[JsonSerializable(typeof(WorkProgress))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(string))]
internal sealed partial class RequestJson : JsonSerializerContext;
