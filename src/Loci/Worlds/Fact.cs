namespace Loci.Worlds;

/// <summary>Something that is true in a <see cref="World"/>. A subject and a relation have one answer.</summary>
/// <param name="Subject">Name of what the fact is about, without an article: «Anna Harwell».</param>
/// <param name="Relation">Name of the relation: «born in».</param>
/// <param name="Answer">Name of the other end, without an article: one or two words.</param>
public sealed record Fact(string Subject, string Relation, string Answer);
