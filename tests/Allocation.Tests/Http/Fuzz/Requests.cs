using System.Text;
using CsCheck;

namespace Allocation.Tests.Http.Fuzz;

/// <summary>Makes requests, of which most are wrong in one place or another.</summary>
internal static class Requests
{
    private static readonly Gen<string> Refs = Gen.Int[0, 20].Select(number => Quoted($"b{number}"));
    private static readonly Gen<string> Skus = Gen.OneOf("CHAIR", "LAMP", "CHAIR", "LAMP", "NO-SUCH").Select(Quoted);
    private static readonly Gen<string> Orders = Gen.OneOf("o0", "o1", "o2", "o3", "o4").Select(Quoted);
    private static readonly Gen<string> Quantities = Gen.Int[1, 20].Select(quantity => $"{quantity}");
    private static readonly Gen<string> Etas = Gen.OneOf("null", "\"2011-01-02\"", "\"2027-12-31\"");

    /// <summary>Escaped, and as they are: some that no database and no person can read, and halves of others.</summary>
    private static readonly Gen<string> Characters = Gen.OneOf(
        "\\u0000", "\\u0001", "\\u001f", "\\t", "\\n", "\\u007f", "\\u0085", "\0", "\u0001", "\n", "\u007f", "\u0085",
        "\\ud800", "\\udc00\\ud800", "\\ud83d\\ude00", "\\ud83d😀", "\\u2028", "\u202e", "\ufeff", "e\u0301", "\\x", "\\", "\"");

    private static readonly Gen<string> OddTexts = Gen.OneOf<string>(
        Gen.Select(Gen.OneOf("", "a", "CHAIR"), Characters, Gen.OneOf("", "b"), (before, character, after) => before + character + after),
        Gen.OneOf("", " ", "\\u0020", "'; DROP TABLE products; --", "%00", "{0}", "${x}", "<script>", "../../etc/passwd", "b0 ", "chair"),
        Gen.String,
        Gen.Select(Gen.Char, Gen.OneOf(2, 255, 256, 3_000, 100_000), (one, length) => new string(one, length)),
        Gen.String[Gen.Char['a', 'z'], 2_000, 9_000]).Select(Quoted); // which a database cannot compress

    private static readonly Gen<string> OddNumbers = Gen.OneOf<string>(
        Gen.OneOf(
            "0", "-0", "-1", "1.0", "1.5", "1e1", "1E400", "-1e-400", "01", "+1", ".5", "1.", "0x10", "NaN", "Infinity", "1_000", "2147483647", "2147483648", "-2147483648",
            "9223372036854775808", "99999999999999999999999999999999999999", "0.00000000000000000000000000000000000001", new string('9', 5_000)),
        Gen.Int.Select(number => $"{number}"),
        Gen.Double.Select(number => FormattableString.Invariant($"{number:R}")));

    private static readonly Gen<string> OddDates = Gen.OneOf(
        "2011-02-30", "2011-1-2", "0000-00-00", "9999-12-31", "10000-01-01", "-2011-01-01", "2011-01-02T00:00:00Z", "2011-01-02 ", "01/02/2011", "soon", "20110102", "٢٠١١-٠١-٠٢").Select(Quoted);

    private static readonly Gen<string> Others = Gen.OneOf<string>(
        Gen.OneOf("null", "true", "false", "True", "undefined", "{}", "[]", "[1]", "{\"a\":{\"a\":1}}", "{\"a\":1,\"a\":2}", "", "/*c*/1", "1,", "\"", "'S'"),
        Gen.Select(Gen.OneOf(("[", "]"), ("{\"a\":", "}")), Gen.OneOf(10, 500, 20_000), (pair, depth) =>
            string.Concat(Enumerable.Repeat(pair.Item1, depth)) + "1" + string.Concat(Enumerable.Repeat(pair.Item2, depth))));

    private static readonly Gen<string> Odd = Gen.Frequency<string>((4, OddTexts), (3, OddNumbers), (2, OddDates), (3, Others));

    private static readonly Gen<(string Path, string Body)> Bodies = Gen.OneOf<(string, string)>(
        BodiesOf("/add_batch", ("ref", Refs, OddTexts), ("sku", Skus, OddTexts), ("qty", Quantities, OddNumbers), ("eta", Etas, OddDates)),
        BodiesOf("/allocate", ("orderid", Orders, OddTexts), ("sku", Skus, OddTexts), ("qty", Quantities, OddNumbers)),
        BodiesOf("/live/change_batch_quantity", ("batchref", Refs, OddTexts), ("qty", Quantities, OddNumbers)));

    private static readonly Gen<Damage> Accidents = Gen.Frequency<Damage>((2, Gen.Const(Damage.None)), (1, Gen.Enum<Damage>()));

    private static readonly Gen<byte[]> Bytes = Gen.OneOf<byte[]>(
        Gen.Byte.Array[0, 50],
        Gen.Byte.Array[1, 2],
        Gen.OneOf<byte[]>([0], [0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf8], [0xe2, 0x82], [(byte)'"'], [(byte)'\\'], [(byte)','], [(byte)'{'], [(byte)'}']));

    private static readonly Gen<string?> ContentTypes = Gen.Frequency<string?>(
        (20, Gen.Const<string?>("application/json")),
        (3, Gen.OneOf<string?>(
            null, "", "application/json; charset=utf-8", "APPLICATION/JSON", "application/json;charset=\"utf-8\"", "application/json; charset=utf-16", "application/json; charset=latin1",
            "application/json; charset=utf-7", "application/json; charset=no-such", "application/json; charset=", "application/json;;;", "application/vnd.x+json", "text/json", "text/plain",
            "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json", "*/*", "application/json, text/plain", new string('x', 5_000))));

    private static readonly Gen<string> Methods = Gen.Frequency<string>(
        (20, Gen.Const("POST")),
        (1, Gen.OneOf("GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "POSTS", "FOO")));

    public static Gen<FuzzedRequest> All { get; } = Gen.Select(
        Bodies, Gen.Select(Accidents, Gen.Int[0, int.MaxValue], Bytes), ContentTypes, Methods, (body, accident, contentType, method) =>
        {
            var (damage, at, bytes) = accident;
            var intact = Encoding.UTF8.GetBytes(body.Body);
            var isIntact = damage == Damage.None && contentType == "application/json" && method == "POST";
            return new FuzzedRequest(method, body.Path, contentType, damage.DoTo(intact, at % (intact.Length + 1), bytes), isIntact);
        });

    /// <summary>Order ids as they may stand in an address, and as they may not.</summary>
    public static Gen<FuzzedRequest> Addresses { get; } =
        Gen.OneOf<string>(
                Gen.Byte.Select(one => $"%{one:x2}"),
                Gen.Char['!', '~'].Select(one => $"{one}"),
                Gen.OneOf("o1", "/", "%2F", "%2f", "..", "/../", "%2e%2e", "//", "\\", "%", "%zz", "%u0000", "%c0%af", "%ed%a0%80", "%f0%9f%98%80", "?a=b", ";a=b", new string('x', 3_000)))
            .Array[0, 12]
            .Select(parts => new FuzzedRequest("GET", "/allocations/" + string.Concat(parts).Replace('#', '-'), ContentType: null, [], IsIntact: false));

    /// <summary>Objects with these fields: there, missing, twice, under another name, with their value or an odd one, in any order, perhaps with one more.</summary>
    private static Gen<(string Path, string Body)> BodiesOf(string path, params (string Name, Gen<string> Values, Gen<string> Odd)[] fields) =>
        fields
            .Select(field => FieldsOf(field.Name, field.Values, field.Odd))
            .Append(Gen.Frequency<string>((5, Gen.Const("")), (1, Odd.Select(value => $"\"extra\":{value}"))))
            .Aggregate(Gen.Const(Array.Empty<string>()), (all, next) => Gen.Select(all, next, (some, one) => (string[])[.. some, one]))
            .SelectMany(all => Gen.Shuffle(all))
            .Select(all => (path, "{" + string.Join(',', all.Where(field => field.Length > 0)) + "}"));

    private static Gen<string> FieldsOf(string name, Gen<string> values, Gen<string> odd) => Gen.Select(
        Gen.Frequency<string>((20, values), (3, odd), (1, Odd)),
        Gen.Frequency<int>((30, Gen.Const(0)), (2, Gen.Int[1, 4])),
        (value, fault) => fault switch
        {
            0 => $"\"{name}\":{value}",
            1 => "",
            2 => $"\"{name}\":{value},\"{name}\":{value}",
            3 => $"\"{name.ToUpperInvariant()}\":{value}",
            _ => $"{name}:{value}",
        });

    private static string Quoted(string text) => $"\"{text}\"";
}
