using System.Reflection;
using Anywise.Domain;
using Anywise.EfCore.Aggregates;
using Anywise.EfCore.Delivering;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Anywise.EfCore.Registration;

/// <summary>Warns at the start of a host about registered contexts that have aggregates but no <c>AddAnywiseEvents</c>.</summary>
internal sealed class ContextCheck(AnywiseBuilder anywise, IServiceScopeFactory scopes, ILogger<ContextCheck> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        using var scope = scopes.CreateScope();
        foreach (var optionsType in anywise.Services.Select(service => service.ServiceType).Where(IsContextOptions).Distinct())
        {
            var context = optionsType.GetGenericArguments()[0];
            if (HasAggregates(context) && !ConfiguresItself(context) && !HasAnywise(optionsType, scope.ServiceProvider))
            {
                Log.ContextHasNoAnywise(logger, context.ReadableName());
            }
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static bool IsContextOptions(Type service) => service.IsConstructedGenericType && service.GetGenericTypeDefinition() == typeof(DbContextOptions<>);

    /// <summary>Options that cannot be made yet fail where they are used; a check must not stop the start.</summary>
    private static bool HasAnywise(Type optionsType, IServiceProvider services)
    {
        try
        {
            return (services.GetService(optionsType) as DbContextOptions)?.FindExtension<AnywiseOptionsExtension>() is not null;
        }
        catch (Exception)
        {
            return true;
        }
    }

    private static bool HasAggregates(Type context) => context.GetProperties()
        .Where(property => property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(DbSet<>))
        .Select(property => property.PropertyType.GetGenericArguments()[0])
        .Any(AggregateBoundaries.IsRoot);

    /// <summary>What a context adds in <c>OnConfiguring</c> is not in its options yet.</summary>
    private static bool ConfiguresItself(Type context) =>
        context.GetMethod("OnConfiguring", BindingFlags.Instance | BindingFlags.NonPublic)?.DeclaringType != typeof(DbContext);
}
