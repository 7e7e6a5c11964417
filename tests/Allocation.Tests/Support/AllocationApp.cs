using Allocation.Data;
using Allocation.Outside;
using Allocation.Outside.Smtp;
using Anywise.Domain;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Allocation.Tests.Support;

/// <summary>The whole application, as its Program builds it, on the database of a test.</summary>
public sealed class AllocationApp(TestDatabase database) : WebApplicationFactory<Program>
{
    /// <summary>Who comes between the saves of the application and the database.</summary>
    public IInterceptor? Interceptor { get; init; }

    /// <summary>The connection string of Redis; without it, what would be published is recorded.</summary>
    public string? Redis { get; init; }

    /// <summary>Where mails go; without it they are recorded.</summary>
    public SmtpAddress? Smtp { get; init; }

    public RecordedOutside Outside { get; } = new();

    public RecordedLog Log { get; } = new();

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("ConnectionStrings:Allocation", database.ConnectionString);
        builder.UseSetting("Redis:ConnectionString", Redis);
        builder.UseSetting("EMAIL_HOST", Smtp?.Host);
        builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(Log));
        builder.ConfigureTestServices(ReplaceServices);
    }

    private void ReplaceServices(IServiceCollection services)
    {
        if (Redis is null)
        {
            services.AddSingleton<IEventPublisher>(Outside);
        }

        if (Smtp is null)
        {
            services.AddSingleton<INotifications>(Outside);
        }
        else
        {
            services.AddSingleton(Smtp);
        }

        if (Interceptor is not null)
        {
            services.ConfigureDbContext<AllocationDbContext>(options => options.AddInterceptors(Interceptor));
        }
    }

    public async Task SendAsync(ICommand command)
    {
        await using var scope = Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(command);
    }

    /// <summary>Asks the database in a context of its own.</summary>
    public async Task<TResult> StoredAsync<TResult>(Func<AllocationDbContext, Task<TResult>> query)
    {
        await using var scope = Services.CreateAsyncScope();
        return await query(scope.ServiceProvider.GetRequiredService<AllocationDbContext>());
    }

    public Task<int> AvailableInAsync(string reference) => StoredAsync(async context =>
        (await context.Products.ToListAsync()).SelectMany(product => product.Batches).Single(batch => batch.Id == reference).AvailableQuantity);

    /// <summary>The rows of the read model, in their order.</summary>
    public Task<List<(string OrderId, string Sku, string BatchRef)>> ViewAsync() => StoredAsync(async context =>
        (await context.AllocationsView.OrderBy(row => row.Id).ToListAsync()).ConvertAll(row => (row.OrderId, row.Sku, row.BatchRef)));

    /// <summary>How many rows each table has.</summary>
    public Task<(int Products, int Batches, int Lines, int View)> RowsAsync() => StoredAsync(async context =>
    {
        var products = await context.Products.ToListAsync();
        var batches = products.SelectMany(product => product.Batches).ToList();
        return (products.Count, batches.Count, batches.Sum(batch => batch.Lines.Count), await context.AllocationsView.CountAsync());
    });
}
