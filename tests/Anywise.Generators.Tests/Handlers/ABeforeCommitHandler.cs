using Anywise.Generators.Handlers;
using Anywise.Generators.Tests.Support;

namespace Anywise.Generators.Tests.Handlers;

/// <summary>ANY005: it works through the unit of work that is being saved.</summary>
public sealed class ABeforeCommitHandler
{
    private const string Shop = """
        using Microsoft.EntityFrameworkCore;
        public sealed record Placed : IDomainEvent;
        public class Shop : DbContext;

        """;

    private static readonly Rule Rule = new("ANY005", new BeforeCommitAnalyzer());

    [Test]
    public async Task That_takes_a_context_of_its_own_is_warned_about()
    {
        var messages = await Rule.AssertAsync(Shop + """
            public class Handler(IServiceProvider services, Shop [|shop|]) : IBeforeCommitHandler<Placed>
            {
                public ValueTask HandleAsync(Placed placed, IUnitOfWork unitOfWork, CancellationToken cancellationToken)
                {
                    shop.Add(services);
                    return default;
                }
            }
            """);

        Assert.That(messages.Single(), Does.Contain("'unitOfWork.GetContext<Shop>()'"));
    }

    [Test]
    public async Task That_saves_is_warned_about_even_inside_a_function()
    {
        var messages = await Rule.AssertAsync(Shop + """
            public class Handler : IBeforeCommitHandler<Placed>
            {
                public async ValueTask HandleAsync(Placed placed, IUnitOfWork unitOfWork, CancellationToken cancellationToken)
                {
                    [|unitOfWork.GetContext<Shop>().SaveChanges()|];
                    Func<Task> save = () => [|unitOfWork.GetContext<Shop>().SaveChangesAsync(cancellationToken)|];
                    await save();
                }
            }
            """);

        Assert.That(messages, Has.All.Contains("the save under way takes it along"));
    }

    [TestCase("public class Handler : IBeforeCommitHandler<Placed> { public ValueTask HandleAsync(Placed p, IUnitOfWork u, CancellationToken c) { u.GetContext<Shop>().Add(p); return default; } }")]
    [TestCase("public class Handler(Shop shop) : IEventHandler<Placed> { public async ValueTask HandleAsync(Placed p, CancellationToken c) => await shop.SaveChangesAsync(c); }")]
    [TestCase("public class File { public void SaveChanges() { } } public class Handler(File file) : IBeforeCommitHandler<Placed> { public ValueTask HandleAsync(Placed p, IUnitOfWork u, CancellationToken c) { file.SaveChanges(); return default; } }")]
    public Task That_uses_the_unit_of_work_or_runs_later_is_fine(string code) => Rule.AssertAsync(Shop + code);
}
