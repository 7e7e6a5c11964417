using Anywise.Generators.CodeFixes;
using Anywise.Generators.Messages;
using Anywise.Generators.Tests.Support;

namespace Anywise.Generators.Tests.Messages;

/// <summary>ANY004: what a message says is fixed when it is made.</summary>
public sealed class AMutableMessage
{
    private static readonly Rule Rule = new("ANY004", new MutableMessageAnalyzer(), new InitFix());

    [TestCase("public class Place : ICommand { public string [|Name|] { get; set; } = \"\"; }")]
    [TestCase("public class Place : ICommand<int> { public string [|Name|] { get; internal set; } = \"\"; public int [|Size|] { get; protected set; } }")]
    [TestCase("public class Find : IQuery<int> { public int [|Size|]; internal int [|Width|]; }")]
    [TestCase("public record struct [|Placed|](int Size, string Name) : IEvent;")]
    [TestCase("public record Placed(int Size) : IDomainEvent { public int [|Width|] { get; set; } }")]
    [TestCase("public class Base { public int Size { get; set; } } public class [|Placed|] : Base, IDomainEvent;")]
    public Task Is_warned_about(string code) => Rule.AssertAsync(code);

    [TestCase("public sealed record Place(string Name) : ICommand { public int Size { get; init; } }")]
    [TestCase("public readonly record struct Place(string Name) : ICommand;")]
    [TestCase("public class Place(string name) : ICommand { private int _asked; public string Name => name + _asked; public int Asked { get; private set; } public void Ask() => _asked++; }")]
    [TestCase("public class Place : ICommand { public const int Size = 1; public static int Count { get; set; } public readonly int Width; }")]
    [TestCase("public class NoMessage { public int Size { get; set; } public int Width; }")]
    [TestCase("public class Base : IEvent { public int [|Size|] { get; set; } } public class Placed : Base;")]
    public Task Is_one_that_others_can_set_and_no_other(string code) => Rule.AssertAsync(code);

    [TestCase("public class Place : ICommand { public int [|Size|] { get; set; } }", "public class Place : ICommand { public int Size { get; init; } }", "Make it 'init'")]
    [TestCase("public class Place : ICommand { public int [|Size|] { get; internal set; } }", "public class Place : ICommand { public int Size { get; init; } }", "Make it 'init'")]
    [TestCase("public class Place : ICommand { int _size; public int [|Size|] { get => _size; set => _size = value; } }", "public class Place : ICommand { int _size; public int Size { get => _size; init => _size = value; } }", "Make it 'init'")]
    [TestCase("public class Place : ICommand { public int [|Size|]; }", "public class Place : ICommand { public readonly int Size; }", "Make it 'readonly'")]
    [TestCase("/// <summary>Text.</summary>\npublic record struct [|Place|](int Size) : ICommand;", "/// <summary>Text.</summary>\npublic readonly record struct Place(int Size) : ICommand;", "Make it a 'readonly record struct'")]
    [TestCase("/// <summary>Text.</summary>\nrecord struct [|Place|](int Size) : ICommand;", "/// <summary>Text.</summary>\nreadonly record struct Place(int Size) : ICommand;", "Make it a 'readonly record struct'")]
    [TestCase("/// <summary>Text.</summary>\npublic partial record struct [|Place|](int Size) : ICommand;", "/// <summary>Text.</summary>\npublic readonly partial record struct Place(int Size) : ICommand;", "Make it a 'readonly record struct'")]
    [TestCase("/// <summary>Text.</summary>\npartial record struct [|Place|](int Size) : ICommand;", "/// <summary>Text.</summary>\nreadonly partial record struct Place(int Size) : ICommand;", "Make it a 'readonly record struct'")]
    [TestCase("public class Place : ICommand {\n    /// <summary>Text.</summary>\n    public required int [|Size|]; // last\n}", "public class Place : ICommand {\n    /// <summary>Text.</summary>\n    public required int Size { get; init; } // last\n}", "Make it a property with 'init'")]
    [TestCase("public class Place : ICommand { public string [|Name|] = \"\"; public static Place Of() => new() { Name = \"a\" }; }", "public class Place : ICommand { public string Name { get; init; } = \"\"; public static Place Of() => new() { Name = \"a\" }; }", "Make it a property with 'init'")]
    [TestCase("public record Place : ICommand { public int [|Size|]; public Place Grown() => this with { Size = Size + 1 }; }", "public record Place : ICommand { public int Size { get; init; } public Place Grown() => this with { Size = Size + 1 }; }", "Make it a property with 'init'")]
    [TestCase("public class Place : ICommand { public int [|Size|]; public Place(int size) { Size = size; } }", "public class Place : ICommand { public readonly int Size; public Place(int size) { Size = size; } }", "Make it 'readonly'")]
    public async Task Is_mended_where_it_is_declared(string before, string after, string title) => Assert.That(await Rule.FixAsync(before, title), Is.EqualTo(after));

    [TestCase("public class Place : ICommand { public volatile int [|Size|]; }")]
    [TestCase("public interface ISized { int Size { get; set; } } public class Place : ICommand, ISized { public int [|Size|] { get; set; } }")]
    [TestCase("public record struct [|Place|](int Size) : ICommand { public int Width { get; set; } }")]
    [TestCase("public record struct [|Place|](int Size) : ICommand { private int _asked; public int Ask() => _asked++; }")]
    [TestCase("public record struct [|Place|](int Size) : ICommand { public void Grow() => Size++; }")]
    [TestCase("public record struct [|Place|](int Size) : ICommand { public event Action? Changed; public void Change() => Changed?.Invoke(); }")]
    [TestCase("public partial record struct [|Place|](int Size) : ICommand; public partial record struct Place { private int _asked; public int Ask() => _asked++; }")]
    [TestCase("public class Place : ICommand { public required int [|Size|], Width; }")]
    [TestCase("public class Place : ICommand { public int [|Size|], [|Width|]; public static Place Of() => new() { Width = 1 }; }")]
    public async Task Is_not_mended_where_something_else_wants_it_to_be_set(string code) => Assert.That(await Rule.TitlesAsync(code), Is.Empty);

    [Test]
    public async Task Is_mended_everywhere_at_once() => Assert.That(
        await Rule.FixAllAsync("public class Place : ICommand { public int [|Size|] { get; set; } public int [|Width|] { get; set; } }", "Make it 'init'"),
        Is.EqualTo("public class Place : ICommand { public int Size { get; init; } public int Width { get; init; } }"));

    [Test]
    public async Task Is_not_mended_where_the_member_is_inherited() =>
        Assert.That(await Rule.TitlesAsync("public class Base { public int Size { get; set; } } public class [|Placed|] : Base, IDomainEvent;"), Is.Empty);
}
