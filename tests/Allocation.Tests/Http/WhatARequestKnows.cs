using System.Collections.Concurrent;
using System.Security.Claims;
using Allocation.Tests.Support;
using Anywise.Domain;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Allocation.Tests.Http;

/// <summary>The line of the documentation that gives the user of a request to what the request causes.</summary>
public sealed class WhatARequestKnows
{
    private const string Line = "app.Use((http, next) => { http.RequestServices.GetRequiredService<MessageContext>().Set(http.User); return next(http); });";

    private readonly ConcurrentQueue<string> _seen = new();
    private TestDatabase _database = null!;

    [SetUp]
    public async Task MakeDatabase()
    {
        _seen.Clear();
        _database = await TestDatabase.OnSqliteAsync();
    }

    [TearDown]
    public async Task RemoveDatabase() => await _database.DisposeAsync();

    [TestCase(false)]
    [TestCase(true)]
    public async Task Reaches_the_handler_of_its_command_and_those_of_the_events_that_this_causes(bool pooled)
    {
        await using var app = await StartAsync(pooled);

        await OpenAsync(app, "Ada", "first");
        await OpenAsync(app, "Bob", "second");

        Assert.That(_seen, Is.EqualTo(new[] { "Open first by Ada", "Opened first by Ada", "Open second by Bob", "Opened second by Bob" }));
    }

    [Test]
    public async Task Is_its_own_also_among_many_at_the_same_time()
    {
        await using var app = await StartAsync(pooled: true);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => OpenAsync(app, $"user {n}", $"ticket {n}")));

        Assert.That(_seen, Is.EquivalentTo(Enumerable.Range(0, 8).SelectMany(n => new[] { $"Open ticket {n} by user {n}", $"Opened ticket {n} by user {n}" })));
    }

    [Test]
    public async Task Is_put_in_as_the_documentation_says() => Assert.That(await Page.ReadAsync("docs/dispatching.md"), Does.Contain(Line));

    private async Task<WebApplication> StartAsync(bool pooled)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.AddSingleton(_seen).AddAnywise(anywise => anywise.AddHandler<OpenHandler>().AddHandler<OpenedHandler>());
        if (pooled)
        {
            builder.Services.AddDbContextPool<Tickets>(options => options.UseSqlite(_database.ConnectionString).AddAnywiseEvents());
        }
        else
        {
            builder.Services.AddDbContext<Tickets>(options => options.UseSqlite(_database.ConnectionString).AddAnywiseEvents());
        }

        var app = builder.Build();
        await using (var scope = app.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<Tickets>().Database.EnsureCreatedAsync();
        }

        app.Use((http, next) => { http.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, http.Request.Query["user"]!)])); return next(http); });
        app.Use((http, next) => { http.RequestServices.GetRequiredService<MessageContext>().Set(http.User); return next(http); });
        app.MapPost("/open", (string title, IDispatcher dispatcher, CancellationToken cancellationToken) => dispatcher.SendAsync(new Open(title), cancellationToken).AsTask());
        await app.StartAsync();
        return app;
    }

    private static async Task OpenAsync(WebApplication app, string user, string title)
    {
        using var client = app.GetTestClient();
        using var response = await client.PostAsync(new Uri($"/open?user={user}&title={title}", UriKind.Relative), null);
        response.EnsureSuccessStatusCode();
    }

    private sealed record Open(string Title) : ICommand;

    private sealed record Opened(string Title) : IDomainEvent;

    private sealed class Ticket : AggregateRoot<Guid>
    {
        private Ticket()
        {
        }

        public Ticket(string title)
        {
            (Id, Title) = (Guid.CreateVersion7(), title);
            Raise(new Opened(title));
        }

        public string Title { get; private set; } = "";
    }

    private sealed class Tickets(DbContextOptions<Tickets> options) : DbContext(options)
    {
        public DbSet<Ticket> All => Set<Ticket>();
    }

    private sealed class OpenHandler(Tickets tickets, MessageContext context, ConcurrentQueue<string> seen) : ICommandHandler<Open>
    {
        public async ValueTask HandleAsync(Open command, CancellationToken cancellationToken)
        {
            seen.Enqueue($"Open {command.Title} by {context.Get<ClaimsPrincipal>()?.Identity?.Name}");
            tickets.Add(new Ticket(command.Title));
            await tickets.SaveChangesAsync(cancellationToken);
        }
    }

    private sealed class OpenedHandler(MessageContext context, ConcurrentQueue<string> seen) : IEventHandler<Opened>
    {
        public ValueTask HandleAsync(Opened @event, CancellationToken cancellationToken)
        {
            seen.Enqueue($"Opened {@event.Title} by {context.Get<ClaimsPrincipal>()?.Identity?.Name}");
            return default;
        }
    }
}
