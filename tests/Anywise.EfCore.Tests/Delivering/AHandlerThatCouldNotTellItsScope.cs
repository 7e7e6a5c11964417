using Anywise.Domain;
using Anywise.EfCore.Dispatching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Anywise.EfCore.Tests.Delivering;

public sealed class AHandlerThatCouldNotTellItsScope
{
    [TestCase(typeof(TakesNothing), ExpectedResult = false)]
    [TestCase(typeof(TakesSingletons), ExpectedResult = false)]
    [TestCase(typeof(TakesSomethingScoped), ExpectedResult = true)]
    [TestCase(typeof(TakesSomethingTransient), ExpectedResult = true)]
    [TestCase(typeof(TakesTheContainer), ExpectedResult = true)]
    [TestCase(typeof(TakesSomethingKeyed), ExpectedResult = true)]
    [TestCase(typeof(TakesWhatNobodyRegistered), ExpectedResult = true)]
    [TestCase(typeof(IsDisposed), ExpectedResult = true)]
    [TestCase(typeof(HasTwoConstructors), ExpectedResult = true)]
    public bool Is_spared_a_scope_of_its_own(Type handler) => ScopeNeeds.Of(Services().AddTransient(handler), handler).HasToHaveScope;

    [Test]
    public void Is_spared_it_too_where_it_is_a_singleton() =>
        Assert.That(ScopeNeeds.Of(Services().AddSingleton<TakesTheContainer>(), typeof(TakesTheContainer)).HasToHaveScope, Is.False);

    [Test]
    public void Is_not_spared_it_where_the_application_makes_it_in_a_scope() => Assert.Multiple(() =>
    {
        Assert.That(ScopeNeeds.Of(Services().AddScoped<TakesNothing>(), typeof(TakesNothing)).HasToHaveScope, Is.True);
        Assert.That(ScopeNeeds.Of(Services().AddTransient(_ => new TakesNothing()), typeof(TakesNothing)).HasToHaveScope, Is.True);
        Assert.That(ScopeNeeds.Of(Services().AddTransient<TakesNothing, Derived>(), typeof(TakesNothing)).HasToHaveScope, Is.True);
    });

    [Test]
    public void Goes_by_the_last_registration_of_what_it_takes() =>
        Assert.That(ScopeNeeds.Of(Services().AddScoped<Single>().AddTransient<TakesSingletons>(), typeof(TakesSingletons)).HasToHaveScope, Is.True);

    [Test]
    public async Task Handles_events_beside_one_that_can_tell_where_scopes_are_validated()
    {
        var single = new Single();
        await using var services = Services()
            .AddSingleton(single)
            .AddAnywise(anywise => anywise.AddHandler<TakesSingletons>().AddHandler<TakesSomethingScoped>())
            .BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true });
        await using var scope = services.CreateAsyncScope();

        await scope.ServiceProvider.GetRequiredService<IDispatcher>().PublishAsync(new Happened());
        await scope.ServiceProvider.GetRequiredService<IDispatcher>().PublishAsync(new Happened());

        Assert.That(single.Handlers, Is.EquivalentTo(new[] { nameof(TakesSingletons), nameof(TakesSomethingScoped), nameof(TakesSingletons), nameof(TakesSomethingScoped) }));
    }

    private static IServiceCollection Services() => new ServiceCollection()
        .AddLogging()
        .AddSingleton<Single>()
        .AddKeyedSingleton<Keyed>("key")
        .AddScoped<PerScope>()
        .AddTransient<PerCall>();

    private sealed record Happened : IEvent;

    private sealed class Single
    {
        public List<string> Handlers { get; } = [];
    }

    private sealed class Keyed;

    private sealed class PerScope;

    private sealed class PerCall;

    private abstract class Handler : IEventHandler<Happened>
    {
        public virtual ValueTask HandleAsync(Happened @event, CancellationToken cancellationToken) => default;
    }

    private class TakesNothing : Handler;

    private sealed class Derived : TakesNothing;

    private sealed class TakesSingletons(Single single, ILogger<TakesSingletons> logger) : Handler
    {
        public ILogger Logger => logger;

        public override ValueTask HandleAsync(Happened @event, CancellationToken cancellationToken)
        {
            single.Handlers.Add(nameof(TakesSingletons));
            return default;
        }
    }

    private sealed class TakesSomethingScoped(Single single, PerScope scoped) : Handler
    {
        public PerScope Scoped => scoped;

        public override ValueTask HandleAsync(Happened @event, CancellationToken cancellationToken)
        {
            single.Handlers.Add(nameof(TakesSomethingScoped));
            return default;
        }
    }

    private sealed class TakesSomethingTransient(PerCall transient) : Handler
    {
        public PerCall Transient => transient;
    }

    private sealed class TakesTheContainer(IServiceProvider services) : Handler
    {
        public IServiceProvider Services => services;
    }

    private sealed class TakesSomethingKeyed([FromKeyedServices("key")] Keyed keyed) : Handler
    {
        public Keyed Keyed => keyed;
    }

    private sealed class TakesWhatNobodyRegistered(IComparer<string> unknown) : Handler
    {
        public IComparer<string> Unknown => unknown;
    }

    private sealed class IsDisposed : Handler, IDisposable
    {
        public void Dispose()
        {
        }
    }

    private sealed class HasTwoConstructors : Handler
    {
        public HasTwoConstructors()
        {
        }

        public HasTwoConstructors(PerScope scoped) => Scoped = scoped;

        public PerScope? Scoped { get; }
    }
}
