using Anywise.Generators.CodeFixes;
using Anywise.Generators.Handlers;
using Anywise.Generators.Tests.Support;

namespace Anywise.Generators.Tests.Handlers;

/// <summary>ANY003: a container has to make each handler.</summary>
public sealed class AHandlerForTheContainer
{
    private const string Method = "public ValueTask HandleAsync(Placed placed, CancellationToken cancellationToken) => default;";

    private static readonly Rule Rule = new("ANY003", new HandlerConstructionAnalyzer(), new AccessFix());

    [TestCase("public class [|Handler|] : IEventHandler<Placed> { private Handler() { } ")]
    [TestCase("public class [|Handler|] : IEventHandler<Placed> { internal Handler(IServiceProvider services) { } ")]
    [TestCase("public class Handler(string [|name|]) : IEventHandler<Placed> { public string Name => name; ")]
    [TestCase("public class Handler : IEventHandler<Placed> { public Handler(IServiceProvider services, TimeSpan [|delay|]) { } ")]
    public async Task That_it_cannot_make_is_warned_about(string head)
    {
        var messages = await Rule.AssertAsync("public sealed record Placed : IEvent;\n" + head + Method + " }");

        Assert.That(messages.Single(), Does.Contain("register the class with a factory"));
    }

    [TestCase("public class Handler : IEventHandler<Placed> { ")]
    [TestCase("internal class Handler(IServiceProvider services) : IEventHandler<Placed> { public IServiceProvider Services => services; ")]
    [TestCase("public class Handler : IEventHandler<Placed> { public Handler(string name) { } public Handler(IServiceProvider services) { } ")]
    [TestCase("public class Handler(string name = \"default\", int times = 3) : IEventHandler<Placed> { public string Name => name + times; ")]
    [TestCase("public class Handler([Microsoft.Extensions.DependencyInjection.FromKeyedServices(\"key\")] string name) : IEventHandler<Placed> { public string Name => name; ")]
    [TestCase("public abstract class Handler : IEventHandler<Placed> { private protected Handler() { } ")]
    [TestCase("public class NoHandler { private NoHandler() { } ")]
    public Task That_it_can_make_or_need_not_is_fine(string head) => Rule.AssertAsync("public sealed record Placed : IEvent;\n" + head + Method + " }");

    [TestCase("/* why */ private Handler() { }", "/* why */ public Handler() { }")]
    [TestCase("protected internal Handler(IServiceProvider services) { } static Handler() { }", "public Handler(IServiceProvider services) { } static Handler() { }")]
    [TestCase("Handler() { }", "public Handler() { }")]
    public async Task Gets_its_only_constructor_public(string before, string after)
    {
        const string code = "public sealed record Placed : IEvent;\npublic class {0} : IEventHandler<Placed> {{ {1} " + "{2} }}";

        var changed = await Rule.FixAsync(string.Format(null, code, "[|Handler|]", before, Method), "Make its constructor 'public'");

        Assert.That(changed, Is.EqualTo(string.Format(null, code, "Handler", after, Method)));
    }

    [TestCase("public class [|Handler|]", "internal class Clock;")]
    [TestCase("public class [|Handler|]", "public class Outer { protected class Clock; }")]
    public async Task Has_no_fix_where_a_parameter_is_hidden_from_who_sees_the_class(string head, string clock)
    {
        var type = clock.StartsWith("internal", StringComparison.Ordinal) ? "Clock" : "Outer.Clock";
        var owner = type == "Clock" ? " : " : " : Outer, ";

        Assert.That(
            await Rule.TitlesAsync($"public sealed record Placed : IEvent;\n{clock}\n{head}{owner}IEventHandler<Placed> {{ private protected Handler({type} clock) {{ }} {Method} }}"),
            Is.Empty);
    }

    [Test]
    public async Task Gets_its_constructor_public_where_a_parameter_is_as_hidden_as_the_class()
    {
        const string code = "public sealed record Placed : IEvent;\ninternal class Clock;\ninternal class {0} : IEventHandler<Placed> {{ {1} Handler(Clock clock) {{ }} {2} }}";

        var changed = await Rule.FixAsync(string.Format(null, code, "[|Handler|]", "internal", Method), "Make its constructor 'public'");

        Assert.That(changed, Is.EqualTo(string.Format(null, code, "Handler", "public", Method)));
    }

    [TestCase("private Handler() { } private Handler(IServiceProvider services) { } ")]
    [TestCase("public Handler(string name) { } ")]
    public async Task Has_no_fix_where_it_is_not_clear_what_is_meant(string constructors)
    {
        var mark = constructors.StartsWith("public", StringComparison.Ordinal) ? constructors.Replace("name", "[|name|]") : constructors;
        var name = mark == constructors ? "[|Handler|]" : "Handler";

        Assert.That(await Rule.TitlesAsync($"public sealed record Placed : IEvent;\npublic class {name} : IEventHandler<Placed> {{ {mark} {Method} }}"), Is.Empty);
    }
}
