using System.Collections.Concurrent;
using Anywise.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Registration;

/// <summary>The contexts that a scope can have. Thread-safe.</summary>
internal sealed class RegisteredContexts(AnywiseBuilder options)
{
    private readonly ConcurrentDictionary<Type, Type> _contextOfAggregate = new();
    private readonly Lazy<Type[]> _types = new(() =>
        [.. options.Services.Where(service => !service.IsKeyedService && service.ServiceType.IsAssignableTo(typeof(DbContext))).Select(service => service.ServiceType).Distinct()]);

    public IReadOnlyList<Type> Types => _types.Value;

    /// <summary>The types that nothing but a factory makes.</summary>
    public IEnumerable<Type> OfFactories => options.Services
        .Where(service => service is { IsKeyedService: false, ServiceType.IsConstructedGenericType: true } && service.ServiceType.GetGenericTypeDefinition() == typeof(IDbContextFactory<>))
        .Select(service => service.ServiceType.GetGenericArguments()[0])
        .Except(Types);

    /// <summary>A context of the scope, or one from its factory, which has to be disposed of.</summary>
    public static (DbContext Context, IDisposable? Made) Make(Type contextType, IServiceProvider scope)
    {
        if (scope.GetService(contextType) is DbContext ofScope)
        {
            return (ofScope, null);
        }

        var made = ((IDbContextFactory<DbContext>)scope.GetRequiredService(typeof(IDbContextFactory<>).MakeGenericType(contextType))).CreateDbContext();
        return (made, made);
    }

    /// <summary>Contexts with options of their own lifetime come from a pool or a factory, and do not know their scope.</summary>
    public static bool AnyWithoutScope(IServiceCollection services) => services.Any(service =>
        service is { Lifetime: ServiceLifetime.Singleton, ServiceType.IsConstructedGenericType: true }
        && service.ServiceType.GetGenericTypeDefinition() == typeof(DbContextOptions<>));

    /// <summary>Making a context opens no connection.</summary>
    public IEnumerable<DbContext> In(IServiceProvider scope) => _types.Value.Select(type => (DbContext)scope.GetRequiredService(type));

    /// <summary>The unit of work of the only context.</summary>
    /// <exception cref="InvalidOperationException">There is none, or there are several.</exception>
    public IUnitOfWork UnitOfWorkOf(IServiceProvider scope) => Distinct(scope) switch
    {
        [var (type, _)] => (IUnitOfWork)scope.GetRequiredService(typeof(IUnitOfWork<>).MakeGenericType(type)),
        [] => throw Errors.NoContext(),
        var several => throw Errors.SeveralContexts(several.Select(one => one.Type)),
    };

    /// <summary>The context that stores an aggregate.</summary>
    /// <exception cref="InvalidOperationException">None does, or several do.</exception>
    public DbContext Of(Type aggregate, IServiceProvider scope) =>
        (DbContext)scope.GetRequiredService(_contextOfAggregate.GetOrAdd(aggregate, static (type, asked) => asked.Contexts.Find(type, asked.Scope), (Contexts: this, Scope: scope)));

    private Type Find(Type aggregate, IServiceProvider scope)
    {
        var contexts = Distinct(scope);
        return contexts.FindAll(one => one.Context.Model.FindEntityType(aggregate) is not null) switch
        {
            [var (type, _)] => type,
            [] => throw Errors.AggregateInNoContext(aggregate, contexts.Select(one => one.Type)),
            var several => throw Errors.AggregateInSeveralContexts(aggregate, several.Select(one => one.Type)),
        };
    }

    /// <summary>A context can be registered under several types; the first that is its own stands for it.</summary>
    private List<(Type Type, DbContext Context)> Distinct(IServiceProvider scope) =>
        [.. _types.Value.Zip(In(scope)).GroupBy(one => one.Second, ReferenceEqualityComparer.Instance)
            .Select(same => same.FirstOrDefault(one => one.First == one.Second.GetType(), same.First()))];
}
