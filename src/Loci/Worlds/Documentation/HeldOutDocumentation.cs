using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Loci.Worlds.Documentation;

/// <summary>
/// What is kept from training: whole assemblies, whose subject a model then has never met, and a share of the types of
/// all others, chosen by their names alone, so that another version of the libraries holds the same ones out.
/// </summary>
/// <param name="Assemblies">Assemblies that are held out.</param>
/// <param name="OneTypeIn">One type in so many is held out; 0: none.</param>
public sealed record HeldOutDocumentation(IReadOnlyCollection<string> Assemblies, int OneTypeIn)
{
    /// <summary>What the demo model was not shown.</summary>
    public static HeldOutDocumentation Demo { get; } = new(
        ["System.Formats.Cbor", "System.Net.Ping", "System.IO.Pipelines", "System.Threading.Channels",
            "Microsoft.AspNetCore.Antiforgery"], 50);

    /// <summary>True where a type and its members are held out.</summary>
    public bool Holds(DocumentedMember member)
    {
        if (Assemblies.Contains(member.Assembly)) return true;
        if (OneTypeIn == 0) return false;
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{member.Namespace}.{member.Type}"));
        return BinaryPrimitives.ReadUInt32LittleEndian(hash) % (uint)OneTypeIn == 0;
    }
}
