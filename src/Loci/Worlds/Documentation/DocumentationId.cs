namespace Loci.Worlds.Documentation;

/// <summary>
/// The ids that documentation files give to types and members, such as <c>M:System.String.Concat(System.Object)</c>
/// (ECMA-334, Annex D.4.2).
/// </summary>
internal static class DocumentationId
{
    /// <summary>The id of the type that an id names or belongs to, without its letter; null: it is neither.</summary>
    public static string? TypeOf(string id)
    {
        if (id.Length < 3 || id[1] != ':') return null;
        string name = Bare(id);
        if (id[0] == 'T') return name;
        int dot = name.LastIndexOf('.');
        return "MPFE".Contains(id[0]) && dot > 0 ? name[..dot] : null;
    }

    /// <summary>Where in the library an id belongs.</summary>
    /// <param name="id">An id for which <see cref="TypeOf"/> is not null.</param>
    /// <param name="assembly">The assembly.</param>
    /// <param name="types">The types there are, as <see cref="TypeOf"/> gives them.</param>
    public static DocumentedMember Place(string id, string assembly, IReadOnlySet<string> types)
    {
        string type = TypeOf(id)!, outer = type;
        // An inner type's id looks like a type in a namespace; the outer one is a type, which a namespace is not.
        for (int dot; (dot = outer.LastIndexOf('.')) > 0 && types.Contains(outer[..dot]);) outer = outer[..dot];
        int end = outer.LastIndexOf('.');
        string name = id[0] == 'T' ? "" : Bare(id)[(type.Length + 1)..];
        return new(assembly, end < 0 ? "" : outer[..end], Generic(type[(end + 1)..]), Generic(Member(name)));
    }

    /// <summary>An id as documentation shows it where it refers to one: <c>List&lt;T&gt;.Add</c>.</summary>
    public static string Shown(string id)
    {
        string name = Bare(id);
        int last = name.LastIndexOf('.');
        if (last < 0) return Generic(name);
        bool ofType = id.Length < 2 || id[1] != ':' || id[0] is 'T' or 'N' or '!';
        if (id.StartsWith("N:", StringComparison.Ordinal)) return name;
        if (ofType) return Generic(name[(last + 1)..]);
        string member = Member(name[(last + 1)..]), type = name[..last];
        string owner = Generic(type[(type.LastIndexOf('.') + 1)..]);
        return member.Length == 0 ? owner : $"{owner}.{Generic(member)}";
    }

    // Without its letter, parameters and the result of a conversion.
    private static string Bare(string id)
    {
        string name = id.Length > 1 && id[1] == ':' ? id[2..] : id;
        int end = name.AsSpan().IndexOfAny('(', '~');
        return end < 0 ? name : name[..end];
    }

    // A constructor is called as its type; in the name of an explicit implementation, # stands for a dot.
    private static string Member(string name) =>
        name is "#ctor" or "#cctor" ? "" : name[(name.LastIndexOf('#') + 1)..];

    // List`1 is List<T>; Dictionary`2 is Dictionary<T1,T2>; a method's ``1 goes with its parameters.
    private static string Generic(string name)
    {
        int mark = name.IndexOf('`');
        if (mark < 0) return name;
        int digits = mark + 1;
        if (digits < name.Length && name[digits] == '`') return name[..mark];
        int end = digits;
        while (end < name.Length && char.IsAsciiDigit(name[end])) end++;
        bool known = int.TryParse(name.AsSpan(digits, end - digits), out int count) && count is > 0 and < 100;
        string parameters = !known ? "" : count == 1
            ? "<T>"
            : $"<{string.Join(',', Enumerable.Range(1, count).Select(i => $"T{i}"))}>";
        return name[..mark] + parameters + Generic(name[end..]);
    }
}
