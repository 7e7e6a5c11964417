namespace Anywise.Domain;

/// <summary>A message that is sent to exactly one handler and answered.</summary>
/// <typeparam name="TResult">What the handler answers; invariant, so that it is inferred where the request is sent.</typeparam>
public interface IRequest<TResult> : IMessage;
