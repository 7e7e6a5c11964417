using Anywise.Generators.Handlers;
using Anywise.Generators.Tests.Support;

namespace Anywise.Generators.Tests.Handlers;

/// <summary>ANY003: a container has to make each handler.</summary>
public sealed class AHandlerForTheContainer
{
    private const string Method = "public ValueTask HandleAsync(Placed placed, CancellationToken cancellationToken) => default;";

    private static readonly Rule Rule = new("ANY003", new HandlerConstructionAnalyzer());

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
}
