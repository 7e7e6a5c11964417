using Anywise.Domain;
using Anywise.EfCore.Collecting;
using Anywise.EfCore.Delivering;
using Anywise.EfCore.Dispatching;
using Anywise.EfCore.Outbox;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Registration;

/// <summary>The way from one context to the handlers: looked up when the context is first used, since its scope may be gone later.</summary>
internal sealed class DeliveryRoute
{
    private readonly ICurrentDbContext _current;
    private readonly bool _hasContainer;
    private readonly Delivery? _delivery;
    private readonly DeliveryReports? _reports;
    private readonly IServiceProvider? _scope;
    private readonly Outboxes? _outboxes;
    private readonly OutboxOptions? _outboxOptions;
    private ContextOutbox? _outbox;
    private string? _connectionString;
    private MessageStack? _messages;
    private IModel? _model;

    /// <exception cref="InvalidOperationException">There is a container, but it has no <c>AddAnywise</c>.</exception>
    public DeliveryRoute(ICurrentDbContext current, IDbContextOptions options)
    {
        _current = current;
        var anywise = options.FindExtension<AnywiseOptionsExtension>();
        var services = anywise?.ApplicationServices(options);
        _hasContainer = services is not null;
        _delivery = services?.GetService<Delivery>();
        _reports = services?.GetService<DeliveryReports>();
        _outboxOptions = anywise?.Outbox;
        _outboxes = services?.GetService<Outboxes>();
        BeforeCommitHandlers = services?.GetService<BeforeCommitHandlers>();
        _scope = services?.GetService<RootServices>()?.IsRoot(services) == false ? services : null;
        if (_hasContainer && BeforeCommitHandlers is null && !EF.IsDesignTime) // the dispatcher alone does not suffice
        {
            throw Errors.AddAnywiseIsMissing();
        }
    }

    public BeforeCommitHandlers? BeforeCommitHandlers { get; }

    public bool IsOpen => _delivery is not null;

    /// <exception cref="InvalidOperationException">There is no way to the handlers; the message says what is missing.</exception>
    public Delivery Delivery => _delivery ?? throw Closed();

    /// <inheritdoc cref="Delivery"/>
    public DeliveryReports Reports => _reports ?? throw Closed();

    /// <summary>Null without an outbox. A context can go to another database, as a pooled one of several tenants does.</summary>
    public ContextOutbox? Outbox
    {
        get
        {
            if (_outboxOptions is not null && (_outbox is null || _connectionString != _current.Context.Database.GetConnectionString()))
            {
                _outbox = _outboxes?.Of(_current.Context, _outboxOptions) ?? throw Closed();
                _connectionString = _current.Context.Database.GetConnectionString();
            }

            return _outbox;
        }
    }

    /// <exception cref="InvalidOperationException">The event cannot be delivered; the message says what is missing.</exception>
    public void EnsureOpenFor(RaisedEvent raised)
    {
        _ = Delivery;
        if (raised.IsDeferred && BeforeCommitHandlers!.HasAnyOf(raised.EventType))
        {
            throw Errors.DeferredEventHasBeforeCommitHandler(raised.EventType);
        }

        _model ??= _current.Context.Model; // now, since a disposed context does not give it any more
    }

    /// <summary>The message that is being handled where the context is used, as far as that can be known.</summary>
    public MessageFrame? CurrentMessage
    {
        get
        {
            try
            {
                return _scope is null ? MessageFlow.Within(Cascade.Handling) : (_messages ??= _scope.GetRequiredService<MessageStack>()).Current;
            }
            catch (ObjectDisposedException)
            {
                return null; // the context outlives its scope
            }
        }
    }

    public string NameOf(object aggregate) => AggregateNames.NameOf(aggregate, _model ??= _current.Context.Model);

    private InvalidOperationException Closed() => _hasContainer ? Errors.AddAnywiseIsMissing() : Errors.ContextHasNoContainer(_current.Context.GetType());
}
