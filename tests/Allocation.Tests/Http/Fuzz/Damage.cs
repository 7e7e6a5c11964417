using System.Text;

namespace Allocation.Tests.Http.Fuzz;

/// <summary>What may happen to a body on its way.</summary>
internal enum Damage
{
    None,
    CutEnd,
    CutStart,
    Insert,
    Overwrite,
    Remove,
    Repeat,
    Replace,
    PutInArray,
    MarkByteOrder,
    EncodeAsUtf16,
    EncodeAsLatin1,
}

internal static class Damages
{
    /// <param name="damage">What happens.</param>
    /// <param name="body">To what.</param>
    /// <param name="at">Where, if it happens somewhere.</param>
    /// <param name="bytes">With what, or with as many.</param>
    public static byte[] DoTo(this Damage damage, byte[] body, int at, byte[] bytes) => damage switch
    {
        Damage.CutEnd => body[..at],
        Damage.CutStart => body[at..],
        Damage.Insert => [.. body[..at], .. bytes, .. body[at..]],
        Damage.Overwrite => [.. body[..at], .. bytes, .. body.Skip(at + bytes.Length)],
        Damage.Remove => [.. body[..at], .. body.Skip(at + bytes.Length)],
        Damage.Repeat => [.. body, .. body[..at]],
        Damage.Replace => bytes,
        Damage.PutInArray => [.. "["u8, .. body, .. "]"u8],
        Damage.MarkByteOrder => [.. Encoding.UTF8.Preamble, .. body],
        Damage.EncodeAsUtf16 => Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(body)),
        Damage.EncodeAsLatin1 => Encoding.Latin1.GetBytes(Encoding.UTF8.GetString(body)),
        _ => body,
    };
}
