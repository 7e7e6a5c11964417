using Anywise.EfCore.Aggregates;
using Anywise.EfCore.Collecting;
using Anywise.EfCore.Committing;
using Anywise.EfCore.Outbox;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Conventions.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Update;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Registration;

/// <summary>Brings the parts of the engine that live inside a context into the services of that context.</summary>
internal sealed class AnywiseOptionsExtension(IServiceProvider? serviceProvider, OutboxOptions? outbox = null) : IDbContextOptionsExtension
{
    private IDbContextOptionsExtension? _databaseProvider;
    private ExtensionInfo? _info;

    public DbContextOptionsExtensionInfo Info => _info ??= new ExtensionInfo(this);

    /// <summary>Null without an outbox.</summary>
    public OutboxOptions? Outbox => outbox;

    /// <summary>The container that was handed to <c>AddAnywiseEvents</c>, or else the one that the context was built by.</summary>
    public IServiceProvider? ApplicationServices(IDbContextOptions options) =>
        serviceProvider ?? options.FindExtension<CoreOptionsExtension>()?.ApplicationServiceProvider;

    /// <summary>EF Core calls this once per kind of options, before <see cref="ApplyServices"/>.</summary>
    public void Validate(IDbContextOptions options)
    {
        _databaseProvider = options.Extensions.FirstOrDefault(extension => extension.Info.IsDatabaseProvider);
        if (options.FindExtension<CoreOptionsExtension>()?.InternalServiceProvider is not null)
        {
            throw Errors.InternalServiceProvider();
        }
    }

    public void ApplyServices(IServiceCollection services)
    {
        services.AddScoped<DeliveryRoute>();
        services.AddScoped<ContextEventSink>();
        services.AddScoped<UntrackedEventSink>();
        services.AddScoped<LoadingEventSink>();
        services.AddScoped<BeforeCommit>();
        services.AddScoped<AggregateVersions>();
        services.AddScoped<SaveInterceptor>();
        services.AddScoped<SucceededSaves>();
        if (outbox is not null)
        {
            services.AddScoped<OutboxWriter>();
            services.AddScoped<EnqueuedMessages>();
            services.AddScoped<IResettableService>(context => context.GetRequiredService<EnqueuedMessages>());
            services.Decorate<IModificationCommandBatchFactory, OutboxBatches>(_databaseProvider);
            services.AddScoped<IInterceptor, OutboxInterceptor>(); // before the one that hands the events on
            services.AddSingleton(context => OutboxSql.Of(context.GetRequiredService<IDatabaseProvider>().Name)); // a provider reads its name from its assembly
            services.AddSingleton<IConventionSetPlugin>(context => new OutboxConvention(outbox, context.GetRequiredService<OutboxSql>()));
        }

        services.AddScoped<IInterceptor>(context => context.GetRequiredService<SaveInterceptor>());
        services.AddScoped<IResettableService>(context => context.GetRequiredService<SucceededSaves>());
        services.AddScoped<IResettableService>(context => context.GetRequiredService<ContextEventSink>());
        services.AddSingleton<IParameterBindingFactory, EventSinkBindingFactory>();
        services.AddSingleton<IConventionSetPlugin, EventSinkConvention>();
        services.AddSingleton<IConventionSetPlugin, AggregateBoundariesConvention>();
        services.AddSingleton<IConventionSetPlugin, AggregateVersionConvention>();
        services.Decorate<IDatabase, SaveObserver>(_databaseProvider);
        services.KeepCreatorOf(_databaseProvider);
        services.Decorate<IRelationalTransactionFactory, CommitAwareTransactionFactory>(_databaseProvider);
    }

    private sealed class ExtensionInfo(AnywiseOptionsExtension extension) : DbContextOptionsExtensionInfo(extension)
    {
        public override bool IsDatabaseProvider => false;

        public override string LogFragment => "using Anywise events ";

        /// <summary>What changes the model. The container does not: contexts of any container can share one set of internal services.</summary>
        private (bool, string?, string?, bool?) Model =>
            (extension.Outbox is not null, extension.Outbox?.Table, extension.Outbox?.Schema, extension.Outbox?.PreservesOrder);

        public override int GetServiceProviderHashCode() => Model.GetHashCode();

        public override bool ShouldUseSameServiceProvider(DbContextOptionsExtensionInfo other) => other is ExtensionInfo same && same.Model == Model;

        public override void PopulateDebugInfo(IDictionary<string, string> debugInfo) => debugInfo["Anywise:Events"] = "1";
    }
}
