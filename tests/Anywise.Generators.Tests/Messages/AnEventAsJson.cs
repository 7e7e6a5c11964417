using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Net;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Anywise.Generators.CodeFixes;
using Anywise.Generators.Messages;
using Anywise.Generators.Tests.Support;

namespace Anywise.Generators.Tests.Messages;

/// <summary>ANY006: an event comes back from JSON as it was.</summary>
public sealed class AnEventAsJson
{
    private static readonly Rule Rule = new("ANY006", new EventSerializationAnalyzer(), new InitFix());

    [TestCase("public sealed class Placed : IEvent { public Placed(string [|customer|]) => Name = customer; public string Name { get; init; } }", "no public property has the name of the constructor's parameter 'customer'")]
    [TestCase("public sealed class Placed(int [|size|]) : IEvent { public long Size { get; } = size; }", "is a 'int', but the property a 'long'")]
    [TestCase("public sealed class [|Placed|] : IEvent { private Placed() { } public static Placed Now() => new(); }", "no public constructor")]
    [TestCase("public sealed class [|Placed|] : IEvent { public Placed(int size) => Size = size; public Placed(string size) => Size = size.Length; public int Size { get; } }", "several")]
    [TestCase("public sealed record Placed : IEvent { public DateTimeOffset [|At|] { get; } = new(2026, 1, 1, 0, 0, 0, default); }", "nothing fills 'At'")]
    [TestCase("public sealed record Placed : IEvent { public int [|Size|] { get; private set; } public Placed Grow() { Size++; return this; } }", "nothing fills 'Size'")]
    [TestCase("public sealed record Placed : IEvent { public List<int> [|Lines|] { get; } = []; }", "nothing fills 'Lines'")]
    [TestCase("public readonly struct Placed(int size) : IEvent { public int [|Size|] { get; } = size; }", "nothing fills 'Size'")]
    [TestCase("public sealed record Placed : IEvent { public readonly int [|Size|]; }", "is a field")]
    [TestCase("public sealed record Placed(object [|Thing|]) : IEvent;", "'JsonElement'")]
    [TestCase("public sealed record Placed(IDisposable [|Thing|]) : IEvent;", "no data")]
    [TestCase("public interface IShape; public sealed record Placed(IShape [|Shape|]) : IEvent;", "the interface 'IShape', of which nothing can be made")]
    [TestCase("public abstract record Shape; public sealed record Placed(IReadOnlyList<Shape> [|Shapes|]) : IEvent;", "the abstract class 'Shape'")]
    [TestCase("public sealed record Placed(Action [|Act|]) : IEvent;", "no data")]
    [TestCase("public sealed record Placed(Type [|Kind|]) : IEvent;", "no data")]
    [TestCase("public sealed record Placed((int, int) [|Place|]) : IEvent;", "tuple")]
    [TestCase("public sealed record Placed(int[,] [|Table|]) : IEvent;", "several dimensions")]
    [TestCase("public sealed record Placed(System.Collections.IList [|Things|]) : IEvent;", "elements come back")]
    [TestCase("public sealed record Placed(Stack<int> [|Things|]) : IEvent;", "reverse order")]
    [TestCase("public sealed record Key(int Id); public sealed record Placed(Dictionary<Key, int> [|Sizes|]) : IEvent;", "keys of 'Key'")]
    [TestCase("public sealed class Money { private Money() { } public static Money None => new(); } public sealed record Placed(Money[] [|Prices|]) : IEvent;", "in 'Prices', 'Money' has no public constructor")]
    [TestCase("public abstract record Base : IEvent { public int Size { get; } = 1; } public sealed record [|Placed|] : Base;", "nothing fills 'Size'")]
    [TestCase("public sealed record Placed(System.Collections.ObjectModel.ReadOnlyCollection<int> [|Lines|]) : IEvent;", "'ReadOnlyCollection<int>', which is not read back")]
    [TestCase("public sealed record Placed(System.Collections.ObjectModel.ReadOnlyDictionary<string, int> [|Lines|]) : IEvent;", "'ReadOnlyDictionary<string, int>', which is not read back")]
    [TestCase("public sealed record Placed(System.Collections.Frozen.FrozenSet<int> [|Lines|]) : IEvent;", "'FrozenSet<int>', which is not read back")]
    [TestCase("public sealed record Placed(List<System.Collections.Frozen.FrozenDictionary<string, int>> [|Lines|]) : IEvent;", "holds what is of the type 'FrozenDictionary<string, int>', which is not read back")]
    [TestCase("public sealed record Placed(Exception [|Why|]) : IEvent;", "'Exception', which is not read back")]
    [TestCase("public sealed class Refused : InvalidOperationException; public sealed record Placed(Refused [|Why|]) : IEvent;", "'Refused', which is not read back")]
    [TestCase("public sealed record Placed(System.Numerics.BigInteger? [|Size|]) : IEvent;", "'BigInteger', which is not read back")]
    [TestCase("public sealed record Placed(System.Numerics.Vector2 [|At|]) : IEvent;", "'Vector2', which is not read back")]
    [TestCase("public sealed record Placed(System.Numerics.Vector3 [|At|]) : IEvent;", "'Vector3', which is not read back")]
    [TestCase("public sealed record Placed(System.Numerics.Vector4 [|At|]) : IEvent;", "'Vector4', which is not read back")]
    [TestCase("public sealed record Placed(System.Numerics.Complex [|At|]) : IEvent;", "'Complex', which is not read back")]
    [TestCase("public sealed record Placed(System.Net.IPAddress [|From|]) : IEvent;", "'IPAddress', which is not read back")]
    [TestCase("public sealed record Placed(System.Globalization.CultureInfo [|Of|]) : IEvent;", "'CultureInfo', which is not read back")]
    [TestCase("public sealed record Placed(TimeZoneInfo [|Of|]) : IEvent;", "'TimeZoneInfo', which is not read back")]
    public async Task That_comes_back_otherwise_is_warned_about(string code, string reason)
    {
        var messages = await Rule.AssertAsync(code);

        Assert.That(messages.Single(), Does.Contain(reason).And.StartWith("'Placed' does not come back"));
    }

    [TestCase("public sealed record Placed(string Customer, int? Size, Guid Id, DateTimeOffset At, Uri Link, decimal[] Prices) : IEvent;")]
    [TestCase("public sealed record Placed(IReadOnlyList<int> Lines, Dictionary<string, List<int>> Sizes, IReadOnlyDictionary<Guid, DayOfWeek> Days, HashSet<int> Set) : IEvent { public int Count => Lines.Count; }")]
    [TestCase("public sealed class Placed(string name) : IEvent { public string Name { get; } = name; }")]
    [TestCase("public readonly record struct Placed(int Size) : IEvent;")]
    [TestCase("public sealed class Placed : IEvent { public Placed() { } public Placed(string other) => Name = other; public string? Name { get; init; } }")]
    [TestCase("public sealed record Money(decimal Amount, string Currency); public sealed record Line(Money Price, Line? Next); public sealed record Placed(Line First, List<Line> Lines) : IEvent;")]
    [TestCase("using System.Text.Json.Serialization; public sealed class Placed : IEvent { [JsonConstructor] private Placed(int size) => Size = size; public int Size { get; } public static Placed Of(int size) => new(size); }")]
    [TestCase("using System.Text.Json.Serialization; public sealed record Placed : IEvent { [JsonInclude] public int Size { get; private set; } [JsonIgnore] public object? Cache { get; init; } }")]
    [TestCase("using System.Text.Json.Serialization; [JsonDerivedType(typeof(Circle), \"circle\")] public abstract record Shape; public sealed record Circle : Shape; public sealed record Placed(Shape Shape) : IEvent;")]
    [TestCase("public abstract record Placed(object Thing) : IEvent;")]
    [TestCase("public sealed record Place(object Thing) : ICommand;")]
    [TestCase("using System.Text.Json.Serialization; [JsonConverter(typeof(OrderIds))] public readonly record struct OrderId(Guid Value); public abstract class OrderIds : JsonConverter<OrderId>; public sealed record Placed(Dictionary<OrderId, int> Sizes) : IEvent;")]
    [TestCase("using System.Text.Json.Serialization; public sealed record Placed : IEvent { [JsonExtensionData] public Dictionary<string, object>? More { get; init; } }")]
    [TestCase("using System.Collections.Immutable; using System.Collections.ObjectModel; public sealed record Placed(ImmutableArray<int> Lines, ImmutableDictionary<string, int> Sizes, Collection<int> More, ObservableCollection<int> Seen) : IEvent;")]
    public Task That_comes_back_as_it_was_is_fine(string code) => Rule.AssertAsync(code);

    [TestCase("public sealed record Placed : IEvent { public int [|Size|] { get; } = 1; }", "public sealed record Placed : IEvent { public int Size { get; init; } = 1; }")]
    [TestCase("public sealed record Placed : IEvent { public int [|Size|] { get; private set; } }", "public sealed record Placed : IEvent { public int Size { get; init; } }")]
    public async Task That_nothing_fills_is_mended_by_init(string before, string after) => Assert.That(await Rule.FixAsync(before, "Make it 'init'"), Is.EqualTo(after));

    [TestCase("public sealed record Placed : IEvent { public object? [|Thing|] { get; init; } }")]
    [TestCase("public sealed record Placed : IEvent { public object? [|Thing|] { get; set; } }")]
    [TestCase("public sealed record Placed : IEvent { public readonly int [|Size|]; }")]
    [TestCase("public sealed record Placed : IEvent { public int [|Size|]; }")]
    [TestCase("public sealed class [|Placed|] : IEvent { private Placed() { } public static Placed Now() => new(); }")]
    [TestCase("public readonly record struct Placed(object [|Thing|]) : IEvent;")]
    [TestCase("public sealed class Money { private Money() { } public static Money None => new(); } public sealed record Placed : IEvent { public Money? [|Price|] { get; init; } }")]
    public async Task That_init_would_not_mend_has_no_fix(string code) => Assert.That(await Rule.TitlesAsync(code), Is.Empty);

    [Test]
    public void Is_what_the_serializer_makes_of_it()
    {
        Assert.That(() => JsonSerializer.Deserialize<OtherParameter>("{\"Name\":\"x\"}"), Throws.InvalidOperationException);
        Assert.That(() => JsonSerializer.Deserialize<OtherType>("{\"Size\":1}"), Throws.InvalidOperationException);
        Assert.That(JsonSerializer.Deserialize<NothingFills>("{\"Size\":1}")!.Size, Is.Zero);
        Assert.That(JsonSerializer.Deserialize<OfStructure>("{\"Size\":1}").Size, Is.Zero);
        Assert.That(JsonSerializer.Serialize((1, 2)), Is.EqualTo("{}"));
        Assert.That(JsonSerializer.Deserialize<Stack<int>>(JsonSerializer.Serialize(new Stack<int>([1, 2])))!.Peek(), Is.EqualTo(1));
        Assert.That(JsonSerializer.Deserialize<Dictionary<Key, int>>(JsonSerializer.Serialize(new Dictionary<Key, int> { [new(7)] = 1 })), Contains.Key(new Key(7)));
        Assert.That(JsonSerializer.Deserialize<Open>("{\"a\":1}")!.More, Contains.Key("a"));
        Assert.That(JsonSerializer.Deserialize<PrivateSetter>("{\"Size\":1}")!.Size, Is.Zero);
    }

    [Test]
    public void Loses_what_the_serializer_does_not_read_back_of_the_platform()
    {
        var lost = new object[]
        {
            new ReadOnlyCollection<int>([1]), new ReadOnlyDictionary<string, int>(new Dictionary<string, int> { ["a"] = 1 }), new[] { 1 }.ToFrozenSet(), new Dictionary<string, int> { ["a"] = 1 }.ToFrozenDictionary(),
            new ReadOnlyObservableCollection<int>([1]), new ReadOnlySet<int>(new HashSet<int> { 1 }), new InvalidOperationException("x"), new BigInteger(5), Matrix3x2.CreateScale(2), new Quaternion(1, 2, 3, 4), new Vector2(1, 2), new Vector3(1, 2, 3), new Vector4(1, 2, 3, 4), new Complex(1, 2), IPAddress.Loopback, CultureInfo.InvariantCulture,
            TimeZoneInfo.CreateCustomTimeZone("a", TimeSpan.FromHours(1), "b", "c"),
        };

        Assert.That(lost.Where(ComesBack), Is.Empty);
        Assert.That(new object[] { ImmutableArray.Create(1), new Collection<int>([1]), "a", 1, Guid.NewGuid() }.Where(value => !ComesBack(value)), Is.Empty);
    }

    private static bool ComesBack(object value)
    {
        try
        {
            var json = JsonSerializer.Serialize(value, value.GetType());
            var back = JsonSerializer.Deserialize(json, value.GetType());
            return value switch
            {
                System.Collections.IEnumerable elements => elements.Cast<object>().SequenceEqual(((System.Collections.IEnumerable)back!).Cast<object>()),
                Exception failure => failure.Message == ((Exception)back!).Message,
                _ => value.Equals(back),
            };
        }
        catch (Exception failure) when (failure is SystemException or JsonException)
        {
            return false;
        }
    }

    private sealed class OtherParameter(string customer)
    {
        public string Name { get; } = customer;
    }

    private sealed class OtherType(int size)
    {
        public long Size { get; } = size;
    }

    private sealed record NothingFills
    {
        public int Size { get; }
    }

    private readonly struct OfStructure(int size)
    {
        public int Size { get; } = size;
    }

    [JsonConverter(typeof(Keys))]
    private readonly record struct Key(int Id);

    private sealed class Keys : JsonConverter<Key>
    {
        public override Key Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => new(reader.GetInt32());

        public override void Write(Utf8JsonWriter writer, Key value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Id);

        public override Key ReadAsPropertyName(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => new(int.Parse(reader.GetString()!, CultureInfo.InvariantCulture));

        public override void WriteAsPropertyName(Utf8JsonWriter writer, Key value, JsonSerializerOptions options) => writer.WritePropertyName($"{value.Id}");
    }

    private sealed record Open
    {
        [JsonExtensionData]
        public Dictionary<string, object>? More { get; init; }
    }

    private sealed record PrivateSetter
    {
        public int Size { get; private set; }
    }
}
