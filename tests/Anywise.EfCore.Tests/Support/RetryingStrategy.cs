using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Anywise.EfCore.Tests.Support;

/// <summary>What a database might say when it is worth trying again.</summary>
public sealed class TransientException() : Exception("transient");

/// <summary>Retries at once, three times; after a <see cref="TransientException"/>, and when the connection broke.</summary>
public sealed class RetryingStrategy(ExecutionStrategyDependencies dependencies) : ExecutionStrategy(dependencies, maxRetryCount: 3, maxRetryDelay: TimeSpan.Zero)
{
    /// <summary>EF Core knows that what runs now may be run again.</summary>
    public static bool IsRunning => Current is not null;

    protected override bool ShouldRetryOn(Exception exception) => exception switch
    {
        DbUpdateException { InnerException: { } cause } => ShouldRetryOn(cause),
        Npgsql.NpgsqlException failure => failure.IsTransient,
        _ => exception is TransientException,
    };
}

public sealed class RetryingStrategyFactory(ExecutionStrategyDependencies dependencies) : IExecutionStrategyFactory
{
    public IExecutionStrategy Create() => new RetryingStrategy(dependencies);
}
