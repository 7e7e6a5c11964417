namespace Anywise.Domain;

/// <summary>An intent to change state, named as an order (<c>Allocate</c>); it has exactly one handler.</summary>
public interface ICommand : IRequest<Unit>;

/// <summary>An intent to change state that is answered with a result.</summary>
/// <typeparam name="TResult">What the handler answers.</typeparam>
public interface ICommand<TResult> : IRequest<TResult>;
