using System.Reflection;
using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Anywise.EfCore.Tests.Registration;

/// <summary>What can be set up wrongly is refused as early as it can be known, and the message says what to do.</summary>
public sealed class AMistake
{
    private readonly ServiceCollection _services = new();

    [Test]
    public void Without_AddAnywise_is_refused_when_an_aggregate_comes_to_a_context()
    {
        using var context = new ShopContext(WithoutAddAnywise());
        var order = new Order("first");

        Assert.That(() => context.Add(order), Throws.InvalidOperationException.With.Message.Contains("no 'AddAnywise'").And.Message.Contains("Add 'services.AddAnywise("));
        Assert.That(order.DomainEvents, Has.Count.EqualTo(1));
    }

    [Test]
    public void Without_AddAnywise_is_refused_when_a_context_without_aggregates_saves()
    {
        using var context = new ShopContext(WithoutAddAnywise());

        Assert.That(() => context.SaveChanges(), Throws.InvalidOperationException.With.Message.Contains("no 'AddAnywise'"));
    }

    [Test]
    public void Without_a_container_is_refused_when_an_event_is_raised_and_not_before()
    {
        using var context = new ShopContext(TestDatabase.AllowManyKinds(new DbContextOptionsBuilder()).UseSqlite("Data Source=:memory:").AddAnywiseEvents().Options);
        context.Database.OpenConnection();
        context.Database.EnsureCreated();
        var parcel = context.Add(new Parcel(1)).Entity;
        context.SaveChanges();

        Assert.That(parcel.Send, Throws.InvalidOperationException.With.Message.Contains(
            "'ShopContext' was created without a container").And.Message.Contains("'options.AddAnywiseEvents(serviceProvider)'"));
        Assert.That(parcel.DomainEvents, Is.Empty);
    }

    [Test]
    public void Without_a_container_is_refused_when_an_aggregate_with_events_is_added_and_loses_none()
    {
        using var context = new ShopContext(TestDatabase.AllowManyKinds(new DbContextOptionsBuilder()).UseSqlite("Data Source=:memory:").AddAnywiseEvents().Options);
        var order = new Order("first");

        Assert.That(() => context.Add(order), Throws.InvalidOperationException.With.Message.Contains("without a container"));
        Assert.That(order.DomainEvents, Has.Count.EqualTo(1));
    }

    [Test]
    public void With_an_internal_service_provider_is_refused_when_the_context_is_used()
    {
        using var ofEfCore = new ServiceCollection().AddEntityFrameworkSqlite().BuildServiceProvider();
        var options = TestDatabase.AllowManyKinds(new DbContextOptionsBuilder()).UseSqlite("Data Source=:memory:").UseInternalServiceProvider(ofEfCore).AddAnywiseEvents().Options;

        Assert.That(() => new ShopContext(options), Throws.InvalidOperationException.With.Message.Contains("Remove 'UseInternalServiceProvider'"));
    }

    [Test]
    public void With_two_handlers_for_a_command_is_refused_at_registration() =>
        Assert.That(
            () => _services.AddAnywise(anywise => anywise.AddHandler<Right>().AddHandler<Wrong>()),
            Throws.InvalidOperationException.With.Message.Contains("'AMistake.Go' has two handlers").And.Message.Contains("+Right'").And.Message.Contains("+Wrong'")
                .And.Message.Contains("make the message an 'IEvent'"));

    [Test]
    public void With_two_handlers_for_a_command_is_refused_across_modules()
    {
        _services.AddAnywise(anywise => anywise.AddHandler<Right>());

        Assert.That(() => _services.AddAnywise(anywise => anywise.AddHandler<Wrong>()), Throws.InvalidOperationException);
    }

    [Test]
    public void With_one_handler_registered_twice_is_none()
    {
        _services.AddAnywise(anywise => anywise.AddHandler<Right>().AddHandler<Right>());

        Assert.That(_services.Count(service => service.ServiceType == typeof(Right)), Is.EqualTo(1));
    }

    [Test]
    public void With_an_assembly_that_has_no_handlers_is_refused_at_registration() =>
        Assert.That(
            () => _services.AddAnywise(anywise => anywise.AddHandlersFrom<IMessage>()),
            Throws.InvalidOperationException.With.Message.Contains("'Anywise.Domain' has no handlers").And.Message.Contains("Pass a type of the assembly that has them"));

    [Test]
    public void With_an_assembly_that_cannot_be_read_is_refused_at_registration() =>
        Assert.That(
            () => _services.AddAnywise(anywise => anywise.AddHandlersFrom(new Unreadable())),
            Throws.InvalidOperationException.With.Message.Contains("'Unreadable' cannot be found").And.Message.Contains("Missing.dll").And.Message.Contains("AddHandler<T>()"));

    [Test]
    public void With_a_class_that_handles_nothing_is_refused_at_registration() =>
        Assert.That(() => _services.AddAnywise(anywise => anywise.AddHandler<AMistake>()), Throws.InvalidOperationException.With.Message.Contains("'AMistake' handles nothing"));

    [Test]
    public void With_a_depth_limit_below_one_is_refused_at_registration() =>
        Assert.That(() => _services.AddAnywise(anywise => anywise.MaxCascadeDepth = 0), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [TestCase(typeof(TriedNever))]
    [TestCase(typeof(TriedOnce))]
    public void With_a_command_that_is_tried_again_less_than_twice_is_refused_when_it_is_sent(Type command)
    {
        using var services = _services.AddAnywiseDispatcher(anywise => anywise.AddHandler<Trying>()).BuildServiceProvider();
        using var scope = services.CreateScope();

        Assert.That(
            async () => await scope.ServiceProvider.GetRequiredService<IDispatcher>().SendAsync((ICommand)Activator.CreateInstance(command)!),
            Throws.InvalidOperationException.With.Message.Contains($"'AMistake.{command.Name}' has '[RetryOnConflict(").And.Message.Contains("at least 2"));
    }

    [Test]
    public void Without_any_handlers_is_refused_where_the_command_line_asks_for_them()
    {
        using var host = new HostBuilder().Build();

        Assert.That(() => host.AnswersAnywise(["anywise", "describe"]), Throws.InvalidOperationException.With.Message.Contains("'AddAnywise'"));
    }

    [Test]
    public void With_null_is_refused()
    {
        Assert.That(() => _services.AddAnywise(null!), Throws.ArgumentNullException);
        Assert.That(() => new DbContextOptionsBuilder().AddAnywiseEvents((IServiceProvider)null!), Throws.ArgumentNullException);
        Assert.That(() => ((DbContextOptionsBuilder)null!).AddAnywiseEvents(), Throws.ArgumentNullException);
        Assert.That(() => _services.AddAnywise(anywise => anywise.AddHandlersFrom(null!)), Throws.ArgumentNullException);
    }

    [Test]
    public async Task With_a_foreign_transaction_factory_is_refused_when_events_are_saved()
    {
        await using var database = await SqliteDatabase.NewAsync();
        await using var services = _services.AddAnywise(anywise => anywise.AddHandler<Right>()).BuildServiceProvider();
        var options = new DbContextOptionsBuilder().AddAnywiseEvents(services).ReplaceService<IRelationalTransactionFactory, RelationalTransactionFactory>();
        database.Use(options);
        await using var context = new ShopContext(options.Options);
        await context.Database.EnsureCreatedAsync();
        await using var transaction = await context.Database.BeginTransactionAsync();
        context.Add(new Order("first"));

        Assert.That(() => context.SaveChangesAsync(), Throws.InvalidOperationException.With.Message.Contains("roll the transaction back"));
    }

    /// <summary>A container that others have set up, too: each is checked.</summary>
    private DbContextOptions WithoutAddAnywise() =>
        TestDatabase.AllowManyKinds(new DbContextOptionsBuilder()).UseSqlite("Data Source=:memory:").AddAnywiseEvents(_services.BuildServiceProvider()).Options;

    private sealed record Go : ICommand;

    [RetryOnConflict(0)]
    private sealed record TriedNever : ICommand;

    [RetryOnConflict(1)]
    private sealed record TriedOnce : ICommand;

    private sealed class Trying : ICommandHandler<TriedNever>, ICommandHandler<TriedOnce>
    {
        public ValueTask HandleAsync(TriedNever command, CancellationToken cancellationToken) => default;

        public ValueTask HandleAsync(TriedOnce command, CancellationToken cancellationToken) => default;
    }

    private sealed class Right : ICommandHandler<Go>
    {
        public ValueTask HandleAsync(Go command, CancellationToken cancellationToken) => default;
    }

    private sealed class Wrong : ICommandHandler<Go>
    {
        public ValueTask HandleAsync(Go command, CancellationToken cancellationToken) => default;
    }

    /// <summary>An assembly that was deployed without what it references.</summary>
    private sealed class Unreadable : Assembly
    {
        public override bool IsDynamic => true; // no module to initialize

        public override AssemblyName GetName() => new("Unreadable");

        public override Type[] GetTypes() => throw new ReflectionTypeLoadException([null], [new FileNotFoundException("Missing.dll")]);
    }
}
