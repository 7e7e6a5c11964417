using Anywise.Generators.CodeFixes;
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
        public class Order : AggregateRoot<int>;
        public interface IOrders : IRepository<Order, int>;

        """;

    private static readonly Rule Rule = new("ANY005", new BeforeCommitAnalyzer(), new NoSaveFix());

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

    [TestCase("Shop", "'unitOfWork.GetContext<Shop>()'")]
    [TestCase("IDbContextFactory<Shop>", "'unitOfWork.GetContext<Shop>()'")]
    [TestCase("Microsoft.EntityFrameworkCore.Internal.DbContextFactory<Shop>", "'unitOfWork.GetContext<Shop>()'")]
    [TestCase("IRepository<Order, int>", "'unitOfWork.GetRepository<Order, int>()'")]
    [TestCase("IOrders", "'unitOfWork.GetRepository<Order, int>()'")]
    [TestCase("IUnitOfWork", "the 'IUnitOfWork' that 'HandleAsync' is given")]
    [TestCase("Anywise.EfCore.IUnitOfWork<Shop>", "the 'IUnitOfWork' that 'HandleAsync' is given")]
    public async Task That_takes_what_belongs_to_another_scope_is_told_what_to_use_instead(string service, string instead)
    {
        var messages = await Rule.AssertAsync(Shop + $$"""
            #pragma warning disable EF1001
            public class Handler({{service}} [|own|]) : IBeforeCommitHandler<Placed>
            {
                public ValueTask HandleAsync(Placed placed, IUnitOfWork unitOfWork, CancellationToken cancellationToken) => own is null ? default : throw new Exception();
            }
            """);

        Assert.That(messages.Single(), Does.EndWith($"Use {instead}."));
    }

    [Test]
    public async Task That_commits_what_is_being_saved_is_warned_about()
    {
        var messages = await Rule.AssertAsync(Shop + """
            public class Handler : IBeforeCommitHandler<Placed>
            {
                public async ValueTask HandleAsync(Placed placed, IUnitOfWork unitOfWork, CancellationToken cancellationToken)
                {
                    await [|unitOfWork.CreateSavepointAsync("before")|];
                    await [|unitOfWork.RollbackToSavepointAsync("before")|];
                    await [|unitOfWork.CommitAsync(cancellationToken)|];
                }
            }
            """);

        Assert.That(messages, Has.All.Contains("inside a save"));
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
    [TestCase("public class Handler : IBeforeCommitHandler<Placed> { public async ValueTask HandleAsync(Placed p, IUnitOfWork u, CancellationToken c) => u.GetRepository<Order, int>().Remove((await u.GetRepository<Order, int>().GetAsync(1, c))!); }")]
    [TestCase("public class Handler(IServiceProvider s, TimeProvider t, IDispatcher d) : IBeforeCommitHandler<Placed> { public ValueTask HandleAsync(Placed p, IUnitOfWork u, CancellationToken c) => s is null || t is null || d is null ? default : default; }")]
    [TestCase("public class Handler(IRepository<Order, int> orders, IUnitOfWork u) : IEventHandler<Placed> { public async ValueTask HandleAsync(Placed p, CancellationToken c) { orders.Add(new Order()); await u.CommitAsync(c); } }")]
    [TestCase("public class Handler : IBeforeCommitHandler<Placed>, IEventHandler<Placed> { public ValueTask HandleAsync(Placed p, IUnitOfWork u, CancellationToken c) => default; public async ValueTask HandleAsync(Placed p, CancellationToken c) { using var shop = new Shop(); await shop.SaveChangesAsync(c); } }")]
    [TestCase("public class Handler : IBeforeCommitHandler<Placed> { private Task CommitAsync() => Task.CompletedTask; public async ValueTask HandleAsync(Placed p, IUnitOfWork u, CancellationToken c) => await CommitAsync(); }")]
    [TestCase("public class Handler(Shop shop) : IEventHandler<Placed> { public async ValueTask HandleAsync(Placed p, CancellationToken c) => await shop.SaveChangesAsync(c); }")]
    [TestCase("public class File { public void SaveChanges() { } } public class Handler(File file) : IBeforeCommitHandler<Placed> { public ValueTask HandleAsync(Placed p, IUnitOfWork u, CancellationToken c) { file.SaveChanges(); return default; } }")]
    public Task That_uses_the_unit_of_work_or_runs_later_is_fine(string code) => Rule.AssertAsync(Shop + code);

    [TestCase("public ValueTask", "u.GetContext<Shop>().Add(p); [|u.GetContext<Shop>().SaveChanges()|]; return default;", "public ValueTask", "u.GetContext<Shop>().Add(p); return default;")]
    [TestCase("public ValueTask", "var shop = u.GetContext<Shop>(); [|shop.SaveChanges()|]; return default;", "public ValueTask", "var shop = u.GetContext<Shop>(); return default;")]
    [TestCase("public ValueTask", "var shop = u.GetContext<Shop>(); var same = shop; [|same.SaveChanges()|]; return default;", "public ValueTask", "var shop = u.GetContext<Shop>(); var same = shop; return default;")]
    [TestCase("public async ValueTask", "await Task.Yield(); await [|u.CommitAsync(c)|].ConfigureAwait(false);", "public async ValueTask", "await Task.Yield();")]
    [TestCase("public async ValueTask", "u.Add(p); await [|u.CommitAsync(c)|];", "public ValueTask", "u.Add(p); return default;")]
    [TestCase("public async ValueTask", "Func<Task> other = async () => await Task.Yield(); await [|u.GetContext<Shop>().SaveChangesAsync(c)|];", "public ValueTask", "Func<Task> other = async () => await Task.Yield(); return default;")]
    public async Task That_saves_leaves_it_to_the_save_under_way_by_its_fix(string head, string body, string newHead, string newBody) =>
        Assert.That(await Rule.FixAsync(Handler(head, body), "Leave it to the save under way"), Is.EqualTo(Handler(newHead, newBody)));

    [TestCase("using var own = new Shop(); own.Add(p); [|own.SaveChanges()|]; return default;")]
    [TestCase("if (p is not null) [|u.GetContext<Shop>().SaveChanges()|]; return default;")]
    [TestCase("return [|u.CommitAsync(c)|];")]
    [TestCase("var rows = [|u.GetContext<Shop>().SaveChanges()|]; return rows > 0 ? default : throw new Exception();")]
    [TestCase("return Local(); async ValueTask Local() { await [|u.CommitAsync(c)|]; }")]
    [TestCase("return [|u.CreateSavepointAsync(\"before\")|];")]
    public async Task That_saves_otherwise_has_no_fix(string body) => Assert.That(await Rule.TitlesAsync(Handler("public ValueTask", body)), Is.Empty);

    [Test]
    public async Task That_saves_and_returns_in_several_places_has_no_fix() =>
        Assert.That(await Rule.TitlesAsync(Handler("public async ValueTask", "if (p is null) return; await [|u.CommitAsync(c)|];")), Is.Empty);

    [TestCase("await foreach (var row in u.GetContext<Shop>().Set<Order>().AsAsyncEnumerable()) { } ")]
    [TestCase("await using var own = new Shop(); ")]
    [TestCase("await using (new Shop()) { } ")]
    public async Task That_saves_and_awaits_in_another_way_stays_async_by_its_fix(string awaits) => Assert.That(
        await Rule.FixAsync(Handler("public async ValueTask", awaits + "u.Add(p); await [|u.CommitAsync(c)|];"), "Leave it to the save under way"),
        Is.EqualTo(Handler("public async ValueTask", awaits + "u.Add(p);")));

    [Test]
    public async Task That_awaits_in_another_way_only_inside_a_function_is_no_longer_async_by_its_fix() => Assert.That(
        await Rule.FixAsync(Handler("public async ValueTask", "Func<Task> other = async () => { await using var own = new Shop(); }; await [|u.CommitAsync(c)|];"), "Leave it to the save under way"),
        Is.EqualTo(Handler("public ValueTask", "Func<Task> other = async () => { await using var own = new Shop(); }; return default;")));

    [TestCase("async Task SaveAsync(IUnitOfWork u) { Log(); await [|u.CommitAsync()|]; }", "Task SaveAsync(IUnitOfWork u) { Log(); return Task.CompletedTask; }")]
    [TestCase("async System.Threading.Tasks.Task SaveAsync(IUnitOfWork u) { await [|u.CommitAsync()|]; }", "System.Threading.Tasks.Task SaveAsync(IUnitOfWork u) { return Task.CompletedTask; }")]
    [TestCase("int Task => 1; async System.Threading.Tasks.Task SaveAsync(IUnitOfWork u) { await [|u.CommitAsync()|]; }", "int Task => 1; System.Threading.Tasks.Task SaveAsync(IUnitOfWork u) { return System.Threading.Tasks.Task.CompletedTask; }")]
    [TestCase("async ValueTask SaveAsync(IUnitOfWork u) { Log(); await [|u.CommitAsync()|]; }", "ValueTask SaveAsync(IUnitOfWork u) { Log(); return default; }")]
    public async Task Whose_other_method_saves_returns_what_is_done_by_its_fix(string before, string after) =>
        Assert.That(await Rule.FixAsync(HandlerWith(before), "Leave it to the save under way"), Is.EqualTo(HandlerWith(after)));

    [TestCase("async ")]
    [TestCase("[Obsolete(\"old\")]\n    async ")]
    [TestCase("// more\n    async ")]
    [TestCase("static async ")]
    public async Task Whose_method_begins_with_async_keeps_its_comment_and_place(string head)
    {
        var before = "\n\n    /// <summary>Saves.</summary>\n    " + head + "ValueTask SaveAsync(IUnitOfWork u)\n    {\n        await [|u.CommitAsync()|];\n    }\n\n    ";
        var after = before.Replace("async ", "").Replace("await [|u.CommitAsync()|]", "return default");

        Assert.That(await Rule.FixAsync(HandlerWith(before), "Leave it to the save under way"), Is.EqualTo(HandlerWith(after)));
    }

    [TestCase("async void Save(IUnitOfWork u) { Log(); await [|u.CommitAsync()|]; }")]
    [TestCase("async IAsyncEnumerable<int> SaveAsync(IUnitOfWork u) { yield return 1; await [|u.CommitAsync()|]; }")]
    public async Task Whose_other_method_cannot_be_without_async_has_no_fix(string method) => Assert.That(await Rule.TitlesAsync(HandlerWith(method)), Is.Empty);

    [TestCase("Shop db = db; await [|db.SaveChangesAsync(c)|];")]
    [TestCase("Shop a = b; Shop b = a; await [|b.SaveChangesAsync(c)|];")]
    [TestCase("Shop a = b, b = a; await [|a.SaveChangesAsync(c)|];")]
    public async Task That_saves_a_local_which_is_given_itself_while_it_is_typed_has_no_fix(string body) =>
        Assert.That(await Rule.TitlesAsync(Handler("public async ValueTask", body), compilesBefore: false), Is.Empty);

    private static string HandlerWith(string member) => Handler("private static void Log() { } " + member + " public ValueTask", "return default;");

    private static string Handler(string head, string body) =>
        (Shop + $$"""public class Handler : IBeforeCommitHandler<Placed> { {{head}} HandleAsync(Placed p, IUnitOfWork u, CancellationToken c) { {{body}} } }""").ReplaceLineEndings("\n");
}
