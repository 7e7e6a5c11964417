namespace Anywise.Generators;

/// <summary>The types of <c>Anywise.Domain</c> and its friends, by their metadata names.</summary>
internal static class KnownTypes
{
    public const string Message = "Anywise.Domain.IMessage";
    public const string Request = "Anywise.Domain.IRequest`1";
    public const string Command = "Anywise.Domain.ICommand";
    public const string CommandWithResult = "Anywise.Domain.ICommand`1";
    public const string Query = "Anywise.Domain.IQuery`1";
    public const string Event = "Anywise.Domain.IEvent";
    public const string CommandHandler = "Anywise.Domain.ICommandHandler`1";
    public const string CommandHandlerWithResult = "Anywise.Domain.ICommandHandler`2";
    public const string QueryHandler = "Anywise.Domain.IQueryHandler`2";
    public const string EventHandler = "Anywise.Domain.IEventHandler`1";
    public const string BeforeCommitHandler = "Anywise.Domain.IBeforeCommitHandler`1";
    public const string HandlerOrder = "Anywise.Domain.HandlerOrderAttribute";
    public const string Dispatcher = "Anywise.Domain.IDispatcher";
    public const string DbContext = "Microsoft.EntityFrameworkCore.DbContext";
}
