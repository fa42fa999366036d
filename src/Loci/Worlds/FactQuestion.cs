namespace Loci.Worlds;

/// <summary>Which wordings of a relation are meant.</summary>
public enum TemplateUse
{
    /// <summary>Wordings that documents use.</summary>
    Training,

    /// <summary>Wordings that no document uses.</summary>
    HeldOut,
}

/// <summary>A sentence cut before the answer.</summary>
/// <param name="Fact">What is asked for.</param>
/// <param name="Template">The wording.</param>
/// <param name="Prompt">The sentence up to the answer, without the space before it.</param>
/// <param name="Answer">What must come next.</param>
public sealed record FactQuestion(Fact Fact, string Template, string Prompt, string Answer);
