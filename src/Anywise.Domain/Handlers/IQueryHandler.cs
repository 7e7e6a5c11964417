namespace Anywise.Domain;

/// <summary>Answers one kind of query, in the scope of the sender; what it throws reaches the sender.</summary>
/// <typeparam name="TQuery">The query.</typeparam>
/// <typeparam name="TResult">The answer.</typeparam>
public interface IQueryHandler<in TQuery, TResult> where TQuery : IQuery<TResult>
{
    /// <summary>Answers the query without changing state.</summary>
    /// <param name="query">The query that was sent.</param>
    /// <param name="cancellationToken">The sender's token.</param>
    ValueTask<TResult> HandleAsync(TQuery query, CancellationToken cancellationToken);
}
