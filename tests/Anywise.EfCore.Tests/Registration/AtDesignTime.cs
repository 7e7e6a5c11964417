using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Registration;

/// <summary>What <c>dotnet ef</c> does with a context that has <c>AddAnywiseEvents</c> and no <c>AddAnywise</c>: it needs the model, and no handlers.</summary>
[NonParallelizable] // the tools tell the whole process that it is design time
public sealed class AtDesignTime
{
    private static bool? _wasDesignTime;

    [SetUp]
    public void Begin() => _wasDesignTime = null;

    [TearDown]
    public void End() => EF.IsDesignTime = false;

    [TestCase(nameof(WithoutContainer))]
    [TestCase(nameof(WithoutAddAnywise))]
    [TestCase(nameof(WithOutbox))]
    public void A_context_is_scripted_by_the_tools_without_handlers(string context)
    {
        var answer = Ask((executor, result) => new OperationExecutor.ScriptDbContext(executor, result, new Dictionary<string, object?> { ["contextType"] = context }));

        Assert.That(answer.ErrorMessage, Is.Null);
        Assert.That(answer.Result as string, Does.Contain("CREATE TABLE \"Orders\""));
    }

    [TestCase(nameof(WithoutContainer))]
    [TestCase(nameof(WithoutAddAnywise))]
    [TestCase(nameof(WithOutbox))]
    public void A_context_tells_the_tools_of_its_database(string context)
    {
        var answer = Ask((executor, result) => new OperationExecutor.GetContextInfo(executor, result, new Dictionary<string, object?> { ["contextType"] = context }));

        Assert.That(answer.ErrorMessage, Is.Null);
        Assert.That(answer.Result, Is.Not.Null);
    }

    [Test]
    public void A_context_without_AddAnywise_is_refused_as_soon_as_it_is_no_longer_design_time()
    {
        EF.IsDesignTime = true;
        using (var atDesignTime = new WithoutAddAnywise.Factory().CreateDbContext([]))
        {
            Assert.That(() => atDesignTime.ChangeTracker.HasChanges(), Throws.Nothing);
            Assert.That(() => atDesignTime.SaveChanges(), Throws.Nothing);
            Assert.That(() => atDesignTime.Add(new Order("seeded")), Throws.InvalidOperationException.With.Message.Contains("no 'AddAnywise'"), "nobody would hear of the event");
        }

        EF.IsDesignTime = false;
        using var context = new WithoutAddAnywise.Factory().CreateDbContext([]);
        Assert.That(() => context.Add(new Order("first")), Throws.InvalidOperationException.With.Message.Contains("no 'AddAnywise'"));
    }

    private static OperationResultHandler Ask(Func<OperationExecutor, OperationResultHandler, object> operation)
    {
        var assembly = typeof(AtDesignTime).Assembly.GetName().Name;
        var executor = new OperationExecutor(new OperationReportHandler(), new Dictionary<string, object?>
        {
            ["targetName"] = assembly,
            ["startupTargetName"] = assembly,
            ["projectDir"] = AppContext.BaseDirectory,
            ["rootNamespace"] = assembly,
            ["language"] = "C#",
            ["nullable"] = true,
            ["toolsVersion"] = null,
            ["remainingArguments"] = Array.Empty<string>(),
        });
        var result = new OperationResultHandler();
        _ = operation(executor, result); // which runs when it is made
        Assert.That(_wasDesignTime, Is.True);
        return result;
    }

    public sealed class WithoutContainer(DbContextOptions<WithoutContainer> options) : ShopContext(options)
    {
        public sealed class Factory : IDesignTimeDbContextFactory<WithoutContainer>
        {
            public WithoutContainer CreateDbContext(string[] args) => new(Configure<WithoutContainer>(new()).Options);
        }
    }

    public sealed class WithoutAddAnywise(DbContextOptions<WithoutAddAnywise> options) : ShopContext(options)
    {
        public sealed class Factory : IDesignTimeDbContextFactory<WithoutAddAnywise>
        {
            public WithoutAddAnywise CreateDbContext(string[] args) => new ServiceCollection()
                .AddDbContext<WithoutAddAnywise>(builder => Configure((DbContextOptionsBuilder<WithoutAddAnywise>)builder))
                .BuildServiceProvider()
                .GetRequiredService<WithoutAddAnywise>();
        }
    }

    public sealed class WithOutbox(DbContextOptions<WithOutbox> options) : ShopContext(options)
    {
        public sealed class Factory : IDesignTimeDbContextFactory<WithOutbox>
        {
            public WithOutbox CreateDbContext(string[] args) => new(Configure<WithOutbox>(new(), events => events.UseOutbox()).Options);
        }
    }

    private static DbContextOptionsBuilder<TContext> Configure<TContext>(DbContextOptionsBuilder<TContext> builder, Action<AnywiseEventsBuilder>? configure = null)
        where TContext : DbContext
    {
        _wasDesignTime = EF.IsDesignTime;
        TestDatabase.AllowManyKinds(builder).UseSqlite("Data Source=:memory:").AddAnywiseEvents(configure ?? (static _ => { }));
        return builder;
    }
}
