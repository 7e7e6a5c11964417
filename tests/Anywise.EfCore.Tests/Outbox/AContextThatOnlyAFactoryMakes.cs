using Anywise.EfCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary><c>AddPooledDbContextFactory</c> registers no context.</summary>
public sealed class AContextThatOnlyAFactoryMakes : OutboxTest
{
    [Test]
    public async Task Has_its_relay_before_the_first_of_them_is_made()
    {
        await CrashAsync("first");
        await using var services = new ServiceCollection().AddSingleton(Seen)
            .AddAnywise(anywise => anywise.AddHandler<SeeingHandler>()).AddPooledDbContextFactory<ShopContext>(Configure).BuildServiceProvider();

        await StartRelayAsync(services);

        await EmptyAsync();
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
    }

    [Test]
    public async Task Has_an_outbox_for_people_to_look_at()
    {
        await CrashAsync("first");
        await using var services = new ServiceCollection().AddAnywise(_ => { }).AddPooledDbContextFactory<ShopContext>(Configure).BuildServiceProvider();

        Assert.That((await services.GetRequiredService<IOutbox<ShopContext>>().CountAsync()).Waiting, Is.EqualTo(1));
    }

    protected override Task<TestDatabase> NewDatabaseAsync() => Task.FromResult<TestDatabase>(new SqliteFile());
}
