namespace Anywise.Domain;

/// <summary>Carries out one kind of command, in the scope of the sender; what it throws reaches the sender.</summary>
/// <typeparam name="TCommand">The command.</typeparam>
public interface ICommandHandler<in TCommand> where TCommand : ICommand
{
    /// <summary>Carries out the command.</summary>
    /// <param name="command">The command that was sent.</param>
    /// <param name="cancellationToken">The sender's token.</param>
    ValueTask HandleAsync(TCommand command, CancellationToken cancellationToken);
}

/// <summary>Carries out one kind of command and answers it, in the scope of the sender; what it throws reaches the sender.</summary>
/// <typeparam name="TCommand">The command.</typeparam>
/// <typeparam name="TResult">The answer.</typeparam>
public interface ICommandHandler<in TCommand, TResult> where TCommand : ICommand<TResult>
{
    /// <summary>Carries out the command and answers it.</summary>
    /// <param name="command">The command that was sent.</param>
    /// <param name="cancellationToken">The sender's token.</param>
    ValueTask<TResult> HandleAsync(TCommand command, CancellationToken cancellationToken);
}
