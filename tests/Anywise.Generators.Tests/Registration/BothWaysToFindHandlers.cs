using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Anywise.Domain;
using Anywise.Domain.Registration;
using Anywise.EfCore.Dispatching;
using Anywise.Generators.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.Generators.Tests.Registration;

/// <summary>The generated list, and the search by reflection where there is none.</summary>
public sealed class BothWaysToFindHandlers
{
    private static readonly Assembly[] WithList = [typeof(BothWaysToFindHandlers).Assembly, typeof(Program).Assembly];

    [TestCaseSource(nameof(WithList))]
    public void Find_the_same_handlers_with_the_same_messages_and_orders(Assembly assembly)
    {
        var listed = new CallsOfACatalog();
        var searched = new CallsOfACatalog();

        HandlerCatalogs.Find(assembly)!(listed);
        HandlerScan.Describe(assembly, searched);

        Assert.That(listed.Calls, Is.EquivalentTo(searched.Calls).And.Count.GreaterThanOrEqualTo(8));
    }

    [Test]
    public void Give_each_handler_its_invoker_and_its_order()
    {
        var listed = HandlerCatalog.Of(typeof(Program).Assembly);

        Assert.That(listed, Has.Count.EqualTo(10).And.All.Matches<Handler>(handler => handler.Invoker.GetType().GenericTypeArguments.Contains(handler.Type)));
        Assert.That(listed.Select(handler => handler.Invoker).OfType<EventInvoker>().Where(invoker => invoker.Order == -1), Has.Exactly(2).Items);
    }

    [Test]
    public async Task Combine_assemblies_with_and_without_a_list()
    {
        var context = new AssemblyLoadContext("modules", isCollectible: true);
        var listed = Generation.Load(Code.Compile(Module("Listed"), "Listed"), context);
        var searched = Generation.Load(Code.Compile(Module("Searched") + "public class Outer { private sealed class Hidden : IEventHandler<IEvent> { public ValueTask HandleAsync(IEvent e, CancellationToken c) => default; } }", "Searched"), context);
        Assert.That(HandlerCatalogs.Find(listed), Is.Not.Null);
        Assert.That(HandlerCatalogs.Find(searched), Is.Null);
        await using var services = new ServiceCollection().AddLogging()
            .AddAnywise(anywise => anywise.AddHandlersFrom(listed).AddHandlersFrom(searched).AddHandlersFrom<BothWaysToFindHandlers>())
            .BuildServiceProvider();
        await using var scope = services.CreateAsyncScope();
        var dispatcher = scope.ServiceProvider.GetRequiredService<IDispatcher>();

        foreach (var module in new[] { listed, searched })
        {
            var answer = await dispatcher.SendAsync((IRequest<string>)Activator.CreateInstance(module.GetType("Ask")!)!);
            Assert.That(answer, Is.EqualTo(module.GetName().Name));
        }

        Assert.That(await dispatcher.SendAsync(new HandlersOfThisAssembly.Reserve("x")), Is.EqualTo(1));
    }

    [Test]
    public void Find_one_class_by_itself_among_those_of_its_assembly()
    {
        Assert.That(HandlerCatalog.Of(typeof(HandlersOfThisAssembly.ReserveAndFind)), Has.Count.EqualTo(2));
        Assert.That(HandlerCatalog.Of(typeof(HandlersOfThisAssembly.OfAnyEvent<IEvent>)), Has.Count.EqualTo(1), "closed generic: in no list");
        Assert.That(HandlerCatalog.Of(typeof(string)), Is.Empty);
    }

    [Test]
    public void Do_not_keep_an_assembly_from_being_unloaded()
    {
        var unloaded = LoadAndUnload();
        for (var i = 0; i < 20 && unloaded.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.That(unloaded.IsAlive, Is.False);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference LoadAndUnload()
    {
        var context = new AssemblyLoadContext("unloaded", isCollectible: true);
        Assert.That(HandlerCatalogs.Find(Generation.Load(Code.Compile(Module("Passing"), "Passing"), context)), Is.Not.Null);
        context.Unload();
        return new WeakReference(context);
    }

    private static string Module(string answer) => $$"""
        public sealed record Ask : IQuery<string>;
        internal sealed class AskHandler : IQueryHandler<Ask, string>
        {
            public ValueTask<string> HandleAsync(Ask query, CancellationToken cancellationToken) => new("{{answer}}");
        }

        """;
}
