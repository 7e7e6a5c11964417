using System.Text;

namespace Allocation.Tests.Http.Fuzz;

/// <summary>A request as a careless, broken or hostile client sends it.</summary>
/// <param name="Method">Known or not.</param>
/// <param name="Path">As it is on the wire.</param>
/// <param name="ContentType">As it is on the wire; null for none.</param>
/// <param name="Body">Perhaps JSON.</param>
/// <param name="IsIntact">The body is a JSON object in UTF-8, whatever its fields are, and nothing else is odd about the request.</param>
public sealed record FuzzedRequest(string Method, string Path, string? ContentType, byte[] Body, bool IsIntact)
{
    public HttpRequestMessage ToMessage(Uri server)
    {
        var verbatim = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        var message = new HttpRequestMessage(new HttpMethod(Method), new Uri(server.GetLeftPart(UriPartial.Authority) + Path, verbatim));
        if (Body.Length > 0 || ContentType is not null)
        {
            message.Content = new ByteArrayContent(Body);
            message.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
        }

        return message;
    }

    public override string ToString() => $"{Method} {Path} ({ContentType ?? "no content type"}) {Escaped(Body)}";

    /// <summary>All bytes of a body, readable where they are ASCII.</summary>
    private static string Escaped(byte[] body)
    {
        var text = new StringBuilder();
        foreach (var one in body)
        {
            text.Append(one is >= 0x20 and < 0x7f ? $"{(char)one}" : $"<{one:x2}>");
        }

        return text.Length > 2_000 ? $"{text.ToString(0, 2_000)}... ({body.Length} bytes)" : text.ToString();
    }
}
