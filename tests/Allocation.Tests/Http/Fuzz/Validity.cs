using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Allocation.Tests.Http.Fuzz;

/// <summary>Says, without the application, whether the contract allows to accept a request.</summary>
internal static class Validity
{
    private const int LongestText = 255;

    public static bool MayBeAccepted(FuzzedRequest request)
    {
        try
        {
            using var body = JsonDocument.Parse(WithoutMark(request.Body));
            return request.Method == "POST" && IsJson(request.ContentType) && body.RootElement.ValueKind == JsonValueKind.Object && request.Path switch
            {
                "/add_batch" => IsText(body, "ref") && IsText(body, "sku") && IsQuantity(body, 1) && IsEta(body),
                "/allocate" => IsText(body, "orderid") && IsText(body, "sku") && IsQuantity(body, 1),
                _ => IsText(body, "batchref") && IsQuantity(body, 0),
            };
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException) // no JSON; a text with half a character, or in no UTF-8
        {
            return false;
        }
    }

    /// <remarks>The texts of fields are looked at when they are read. What stands in fields that nobody reads may be no UTF-8.</remarks>
    private static ReadOnlyMemory<byte> WithoutMark(byte[] body) =>
        body.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? body.AsMemory(Encoding.UTF8.Preamble.Length) : body;

    /// <summary>JSON, in UTF-8.</summary>
    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && (IsOneOf(type.MediaType!, "application/json") || type.MediaType!.EndsWith("+json", StringComparison.OrdinalIgnoreCase))
        && IsOneOf(type.CharSet?.Trim('"') ?? "", "", "utf-8");

    private static bool IsOneOf(string text, params string[] words) => words.Contains(text, StringComparer.OrdinalIgnoreCase);

    private static bool IsText(JsonDocument body, string name) =>
        Single(body, name) is { ValueKind: JsonValueKind.String } field
        && field.GetString() is { Length: <= LongestText } text
        && !string.IsNullOrWhiteSpace(text)
        && !text.Any(char.IsControl);

    private static bool IsQuantity(JsonDocument body, int least) =>
        Single(body, "qty") is { ValueKind: JsonValueKind.Number } field && field.TryGetInt32(out var quantity) && quantity >= least;

    private static bool IsEta(JsonDocument body) => Single(body, "eta") switch
    {
        { ValueKind: JsonValueKind.Null } => true,
        { ValueKind: JsonValueKind.String } field => DateOnly.TryParseExact(
            field.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        _ => false,
    };

    /// <summary>Null where it is missing, or there twice.</summary>
    private static JsonElement? Single(JsonDocument body, string name)
    {
        var fields = body.RootElement.EnumerateObject().Where(field => field.NameEquals(name)).ToList();
        return fields is [var field] ? field.Value : null;
    }
}
