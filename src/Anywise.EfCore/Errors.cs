using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Anywise.Domain;
using Anywise.EfCore.Dispatching;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Update;

namespace Anywise.EfCore;

/// <summary>Every sentence that this package throws: what is wrong, why, and what to do now.</summary>
internal static class Errors
{
    public static InvalidOperationException AddAnywiseIsMissing() => new(
        "A context uses 'AddAnywiseEvents', but its container has no 'AddAnywise', so its events would reach no handler. "
        + "Add 'services.AddAnywise(anywise => anywise.AddHandlersFrom<Program>())' where the services are registered.");

    public static InvalidOperationException ContextHasNoContainer(Type context) => new(
        $"'{context.ReadableName()}' was created without a container, so the events of its aggregates would reach no handler. "
        + "Pass one that has 'AddAnywise': 'options.AddAnywiseEvents(serviceProvider)'; or let the container create the context.");

    public static InvalidOperationException InternalServiceProvider() => new(
        "'AddAnywiseEvents' adds services to those of EF Core, which 'UseInternalServiceProvider' forbids. Remove 'UseInternalServiceProvider'.");

    public static InvalidOperationException ForeignTransaction(Type context) => new(
        $"'{context.ReadableName()}' saved events in a transaction that Anywise cannot follow, because another 'IRelationalTransactionFactory' replaced the one of "
        + "'AddAnywiseEvents'. Remove that 'ReplaceService', or save without an explicit transaction. The events are not delivered; roll the transaction back.");

    public static InvalidOperationException TransactionIsAborted(Exception cause) => new(
        "The transaction cannot be committed: one of its statements failed, and PostgreSQL would answer the commit with a rollback, without an error. "
        + "Roll it back, and repeat all of it; or set a savepoint before a statement that may fail, and roll back to it.",
        cause);

    public static InvalidOperationException SaveInBeforeCommitHandler(Type context) => new(
        $"A before-commit handler saved '{context.ReadableName()}' while it is being saved. Only change what the unit of work tracks, or 'Add' to it: "
        + "the save under way takes it along.");

    public static InvalidOperationException BeforeCommitHandlersDoNotEnd(int rounds, IEnumerable<string> events) => new(
        $"The save is aborted, because its before-commit handlers still cause events after {rounds} rounds: {string.Join(", ", events)}. "
        + "Break the circle of handlers, or raise 'MaxCascadeDepth' in 'AddAnywise'.");

    public static InvalidOperationException BeforeCommitHandlerWithoutContexts(Type handler) => new(
        $"'{handler.ReadableName()}' is a before-commit handler, but with 'AddAnywiseDispatcher' alone there is nothing that saves, so it would never be called. "
        + "Call 'AddAnywise', or remove the handler.");

    public static InvalidOperationException BeforeCommitHandlerIsAsynchronous(Type handler, Type @event) => new(
        $"'{handler.ReadableName()}' had not finished handling '{@event.ReadableName()}' when it returned, and the save is synchronous, so it is aborted. "
        + "Use 'SaveChangesAsync', or await nothing in this handler.");

    public static InvalidOperationException RaisedAfterBeforeCommitHandlers(Type @event) => new(
        $"'{@event.ReadableName()}' was raised while the save was under way, after its before-commit handlers had run, so the save is aborted. "
        + "Raise it before the save, or in a before-commit handler; not in an interceptor.");

    public static InvalidOperationException DeferredEventHasBeforeCommitHandler(Type @event) => new(
        $"'{@event.ReadableName()}' was raised by a factory, so it is made when the save has its keys, but it has a before-commit handler, which runs earlier. "
        + "Raise the event itself with a key that the application makes, or handle it with an 'IEventHandler'.");

    public static InvalidOperationException UnitOfWorkIsOver(Type context) => new(
        $"The save of '{context.ReadableName()}' does not wait for this before-commit handler any more, so its unit of work can take nothing along. "
        + "Await everything that the handler starts, and use 'SaveChangesAsync' if there is something to await.");

    public static InvalidOperationException UnitOfWorkHasOtherContext(Type wanted, Type? actual) => new(
        actual is null
            ? $"This unit of work saves no EF Core context, so it has no '{wanted.ReadableName()}'. Call 'GetContext' on the one that a before-commit handler is given."
            : $"This unit of work saves '{actual.ReadableName()}', not '{wanted.ReadableName()}'. Call 'GetContext<{actual.ReadableName()}>', or handle the event after the commit.");

    public static InvalidOperationException NoSuchSavepoint(string name, IEnumerable<string> known) => new(
        $"There is no savepoint '{name}' since the last commit, only: {string.Join(", ", known.Select(one => $"'{one}'").DefaultIfEmpty("none"))}. "
        + "Create it with 'CreateSavepointAsync' before the work that may have to be undone.");

    public static InvalidOperationException NoContext() => new(
        "'IUnitOfWork' was asked for, but no EF Core context is registered that it could save. Register one: 'services.AddDbContext<ShopContext>(...)'.");

    public static InvalidOperationException SeveralContexts(IEnumerable<Type> contexts) => new(
        $"'IUnitOfWork' was asked for, but several contexts are registered, and it saves one of them: {NamesOf(contexts)}. "
        + $"Ask for the one that is meant: 'IUnitOfWork<{contexts.First().ReadableName()}>'.");

    public static InvalidOperationException AggregateInNoContext(Type aggregate, IEnumerable<Type> contexts) => new(
        $"The repository of '{aggregate.ReadableName()}' was asked for, but no registered context has it in its model; there are: {NamesOf(contexts)}. "
        + $"Add a 'DbSet<{aggregate.ReadableName()}>' to the context that stores it.");

    public static InvalidOperationException AggregateInSeveralContexts(Type aggregate, IEnumerable<Type> contexts) => new(
        $"The repository of '{aggregate.ReadableName()}' was asked for, but several contexts have it in their models: {NamesOf(contexts)}. Take it from the one that is meant, "
        + $"'IUnitOfWork<{contexts.First().ReadableName()}>', with 'GetRepository', and register that as 'IRepository' if it always is the same.");

    public static InvalidOperationException EventsAreLost(string aggregate, string events) => new(
        $"{aggregate} left its context with unsaved events: {events}. Save before the context is disposed or cleared, or do not raise events that are not "
        + "to be saved. (This is an exception because of 'ThrowOnLostEvents'.)");

    public static InvalidOperationException RaisedUntracked(string @event, string aggregate) => new(
        $"'{@event}' was raised by {aggregate}, which came from a query without tracking, so no save will find it. Load the aggregate with tracking, or "
        + "'Attach' it first. (This is an exception because of 'ThrowOnLostEvents'.)");

    public static InvalidOperationException AssemblyHasNoHandlers(Assembly assembly) => new(
        $"The assembly '{assembly.GetName().Name}' has no handlers: no class in it that is neither abstract nor generic implements 'IEventHandler<T>', "
        + "'IBeforeCommitHandler<T>', 'ICommandHandler<T>' or 'IQueryHandler<T, R>'. Pass a type of the assembly that has them to 'AddHandlersFrom<T>()', or remove the call.");

    public static InvalidOperationException AssemblyCannotBeRead(Assembly assembly, ReflectionTypeLoadException cause) => new(
        $"The handlers of the assembly '{assembly.GetName().Name}' cannot be found, because some of its types do not load: {cause.LoaderExceptions.FirstOrDefault()?.Message} "
        + "Reference what is missing, or register the handlers one by one with 'AddHandler<T>()'.",
        cause);

    public static InvalidOperationException AssemblyHasNoCatalog(Assembly assembly) => new(
        $"The handlers of the assembly '{assembly.GetName().Name}' are not known: it has no handlers, was compiled without the generator of 'Anywise.Domain', or has "
        + "handlers that generated code cannot name, and ahead-of-time compiled code cannot search for them. Reference the package 'Anywise.Domain' in its project, "
        + "and mend what 'ANY008' reports there.");

    public static InvalidOperationException HandlerHasNoCatalog(Type handler) => new(
        $"What '{handler.ReadableName()}' handles is not known: it handles nothing, is generic, or its assembly has no code of the generator of 'Anywise.Domain', and "
        + "ahead-of-time compiled code cannot search for it. Reference the package 'Anywise.Domain' in its project, and mend what 'ANY008' reports there.");

    public static InvalidOperationException NotAHandler(Type type) => new(
        $"'{type.ReadableName()}' handles nothing. Implement 'IEventHandler<T>', 'IBeforeCommitHandler<T>', 'ICommandHandler<T>' or 'IQueryHandler<T, R>', or remove its 'AddHandler'.");

    public static InvalidOperationException TwoHandlers(Type request, Type first, Type second) => new(
        $"'{request.ReadableName()}' has two handlers, '{first.FullName}' and '{second.FullName}'. A command or query has exactly one: "
        + "remove one of them, or make the message an 'IEvent'.");

    public static InvalidOperationException NoHandler(Type request) => new(
        $"'{request.ReadableName()}' was sent, but has no handler. Write a class that implements '{HandlerContract.For(request)}', "
        + "and register its assembly: 'services.AddAnywise(anywise => anywise.AddHandlersFrom<Program>())'.");

    public static InvalidOperationException DispatcherInHostedService(Type service) => new(
        $"The hosted service '{service.ReadableName()}' takes an 'IDispatcher', which belongs to a scope, but it is a singleton: what its handlers take would live as long as the "
        + "application. Inject 'IServiceScopeFactory' instead, make a scope for each piece of work, and take the 'IDispatcher' out of that.");

    public static InvalidOperationException DispatcherWithoutScope(InvalidOperationException failure) => new(
        "The dispatcher that is used here does not come from a scope, but from the root of the container: most likely it is injected into a singleton, such as a hosted "
        + "service. What its handlers take would live as long as the application. Inject 'IServiceScopeFactory' instead, make a scope for each piece of work, "
        + "and take the 'IDispatcher' out of that.",
        failure);

    public static InvalidOperationException NotABehavior(Type type) => new(
        $"'{type.ReadableName()}' is no behavior. Let it be a class that implements 'IPipelineBehavior<TMessage, TResult>', or remove its 'AddBehavior'.");

    public static InvalidOperationException BehaviorCannotBeClosed(Type type) => new(
        $"'{type.ReadableName()}' has a type parameter that follows neither from its message nor from its result, so it fits none. "
        + "Use all of its parameters in 'IPipelineBehavior<TMessage, TResult>', or remove the others.");

    public static InvalidOperationException BehaviorNeverRuns(Type type, Type message, Type result, Type answer) => new(
        $"'{type.ReadableName()}' stands around '{message.ReadableName()}' with the answer '{result.ReadableName()}', but that is answered with '{answer.ReadableName()}', so it would never run. "
        + $"Implement 'IPipelineBehavior<{message.ReadableName()}, {answer.ReadableName()}>', or remove its 'AddBehavior'.");

    public static InvalidOperationException TooFewAttempts(Type request, int attempts) => new(
        $"'{request.ReadableName()}' has '[RetryOnConflict({attempts})]', but a command that is tried again is tried at least 2 times in all. Raise the number, or remove the attribute.");

    public static InvalidOperationException NothingToDescribe() => new(
        "'AnswersAnywise' was asked about messages and handlers, but the services have none. Call 'AddAnywise' or 'AddAnywiseDispatcher' where they are registered.");

    public static ArgumentException NotAMessage(Type type) => new(
        $"'{type.ReadableName()}' cannot be sent or published. Ask for a class that implements 'ICommand', 'IQuery<R>' or 'IEvent', and is neither abstract nor an open generic.");

    public static InvalidOperationException RetryInTransaction(Type request) => new(
        $"'{request.ReadableName()}' is tried again after a conflict, each time in a scope of its own, but its sender has a transaction open, in which such an attempt would "
        + "take no part. Commit the transaction first, or remove 'RetryOnConflict' and repeat the whole transaction.");

    public static ValidationException InvalidMessage(IMessage message, IReadOnlyCollection<ValidationResult> errors) => new(
        new ValidationResult(
            $"'{message.GetType().ReadableName()}' is not valid: {string.Join(" ", errors.Select(error => error.ErrorMessage))} Nothing was handled; correct it and send it again.",
            errors.SelectMany(error => error.MemberNames).Distinct()),
        validatingAttribute: null,
        value: message);

    public static InvalidOperationException NoOutboxForProvider(string? provider) => new(
        $"'UseOutbox' knows SQLite and PostgreSQL, but not '{provider}'. Remove 'UseOutbox', or use one of them.");

    public static InvalidOperationException NoSignalsFrom(Type context, string? provider) => new(
        $"'UseNotify' is for PostgreSQL, but '{context.ReadableName()}' uses '{provider}'. Remove it: relays look at the table in each 'PollingInterval'.");

    public static InvalidOperationException OutboxIsNotInModel(Type context) => new(
        $"The model of '{context.ReadableName()}' was built without 'UseOutbox', so that its outbox has no table. Call 'AddAnywiseEvents(events => events.UseOutbox())' "
        + "also where the model is built ahead, in the design-time factory or before 'dotnet ef dbcontext optimize', and build it again.");

    public static InvalidOperationException OutboxTableIsMissing(Type context, Exception cause) => new(
        $"The database has no table for the outbox of '{context.ReadableName()}'. "
        + "Run 'dotnet ef migrations add Outbox' and 'dotnet ef database update', or call 'EnsureCreated' on a new database.",
        cause);

    public static InvalidOperationException OutboxColumnIsMissing(Type context, Exception cause) => new(
        $"The table for the outbox of '{context.ReadableName()}' lacks a column that 'UseOutbox' needs, as 'PreserveOrderPerAggregate' does. "
        + "Run 'dotnet ef migrations add OutboxColumns' and 'dotnet ef database update'.",
        cause);

    public static InvalidOperationException EventCannotBeStored(Type @event, Exception cause) => new(
        $"Nothing was saved, because '{@event.ReadableName()}' cannot be written as JSON for the outbox. Let it hold plain data, or set 'Json' in 'UseOutbox'.",
        cause);

    public static InvalidOperationException TwoEventsOfOneName(string name, IEnumerable<Type> events) => new(
        $"{string.Join(" and ", events.Select(type => $"'{type}'"))} are both stored as '{name}'. Give each an '[EventName]' of its own.");

    public static InvalidOperationException TwoHandlersOfOneName(string name, IEnumerable<Type> handlers) => new(
        $"{string.Join(" and ", handlers.Select(type => $"'{type}'"))} are both stored as '{name}'. Give each a '[HandlerName]' of its own.");

    public static InvalidOperationException FailureIsUnreadable(Type failure) => new(
        $"A '{failure}' was thrown, and another exception by who read its text. Let its 'Message', 'StackTrace' and 'ToString' return what they have.");

    public static InvalidOperationException LeaseIsLost(Type @event, string handler) => new(
        $"'{handler}' was paused for longer than the lease of its '{@event.ReadableName()}', and another process handles it by now, so nothing of this call is committed. "
        + "If handlers take that long, raise 'Lease' in 'UseOutbox'.");

    public static InvalidOperationException HandlerTransactionIsLost(Type @event, string handler) => new(
        $"The connection in whose transaction '{handler}' has saved for '{@event.ReadableName()}' was lost before the handler returned, so nothing of this call is committed. "
        + "It is called again.");

    public static InvalidOperationException ContextHasNoOutbox(Type context) => new(
        $"'{context.ReadableName()}' has no outbox. Register it with 'AddAnywiseEvents(events => events.UseOutbox())'.");

    public static InvalidOperationException RootIsNoPart(string navigation, IReadOnlyTypeBase root) => new(
        $"'{navigation}' is declared part of its aggregate, but '{root.DisplayName()}' is the root of an aggregate of its own. Remove 'IsPartOfAggregate', or let "
        + $"'{root.DisplayName()}' derive from 'Entity' instead of 'AggregateRoot'.");

    public static InvalidOperationException ParentIsNoPart(string navigation, IReadOnlyTypeBase parent, IReadOnlyTypeBase child) => new(
        $"'IsPartOfAggregate' says nothing about '{navigation}', which leads from a child to its parent. Call it on the navigation from '{parent.DisplayName()}' "
        + $"to '{child.DisplayName()}', or remove it.");

    public static InvalidOperationException SharedIsNoPart(string navigation) => new(
        $"'{navigation}' is declared part of its aggregate, but it is a many-to-many relationship, of which both ends are somebody's own. Remove 'IsPartOfAggregate'.");

    public static InvalidOperationException PartHasTwoParents(IReadOnlyTypeBase part, IEnumerable<string> navigations) => new(
        $"'{part.DisplayName()}' is declared part of more than one parent: {string.Join(", ", navigations.Select(one => $"'{one}'"))}. A part belongs to one of them: "
        + "remove 'IsPartOfAggregate' from the others, or give each parent a type of its own for it.");

    public static InvalidOperationException PartsInACircle(string navigation, IEnumerable<IReadOnlyTypeBase> circle) => new(
        $"'{navigation}' is declared part of its aggregate, but no root is above it, only a circle of parts: "
        + $"{string.Join(", ", circle.Select(one => $"'{one.DisplayName()}'"))}. Remove 'IsPartOfAggregate' from one of them.");

    public static InvalidOperationException PartWithoutItsRoot(IReadOnlyTypeBase part, IReadOnlyTypeBase above) => new(
        $"Nothing was saved, because a '{part.DisplayName()}' is changed whose '{above.DisplayName()}' is not tracked, so that the version of its aggregate cannot rise. "
        + "Load the aggregate by its root, as 'IRepository' does, and change it through that.");

    public static InvalidOperationException RootHasNothingToWrite(Type root) => new(
        $"Nothing was saved, because the database counts the versions of '{root.ReadableName()}' when its row is written, but it has no column that can be. Give it one, "
        + "or an 'int Version'.");

    public static DbUpdateConcurrencyException AggregateHasChanged(string aggregate, DbUpdateConcurrencyException conflict, IReadOnlyList<IUpdateEntry> entries) => new(
        $"Nothing was saved, because somebody else has changed or removed '{aggregate}' since it was loaded. Load it again and repeat what was to be done, "
        + "as a command with '[RetryOnConflict]' does by itself.",
        conflict,
        entries);

    private static string NamesOf(IEnumerable<Type> types) => string.Join(", ", types.Select(type => $"'{type.ReadableName()}'").DefaultIfEmpty("none"));
}
