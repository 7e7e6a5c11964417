namespace Anywise.Domain;

/// <summary>An intent to read state; it has exactly one handler, which changes nothing.</summary>
/// <typeparam name="TResult">What the handler answers.</typeparam>
public interface IQuery<TResult> : IRequest<TResult>;
