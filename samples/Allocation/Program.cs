using Allocation.Api;
using Allocation.Data;
using Allocation.Demo;
using Allocation.Live;
using Allocation.Outside;
using Microsoft.EntityFrameworkCore;

var builder = WebApplication.CreateBuilder(args);
builder.ListenByDefaultOn("http://localhost:5005");

builder.Services.AddAnywise(anywise =>
{
    anywise.AddHandlersFrom<Program>();
    anywise.IsConflict = Conflicts.IsConflict;
});
builder.Services.AddDbContext<AllocationDbContext>(options => options
    .UseSqlite(builder.Configuration.GetConnectionString("Allocation") ?? "Data Source=allocation.db")
    .AddAnywiseEvents());

builder.Services.AddSingleton<INotifications, LoggedNotifications>();
builder.Services.AddSingleton<IEventPublisher, LoggedEventPublisher>();
builder.Services.AddAllocationApi();
builder.Services.AddLivePage();

using var stage = args is ["demo"] ? Stage.Set(builder) : null;
await using var app = builder.Build();
if (app.AnswersAnywise(args))
{
    return;
}

await using (var scope = app.Services.CreateAsyncScope())
{
    await scope.ServiceProvider.GetRequiredService<AllocationDbContext>().Database.MigrateAsync();
}

if (stage is not null)
{
    await new Story(app.Services, Stage.Terminal()).TellAsync();
    return;
}

app.UseAllocationApi();
app.UseLivePage();
await app.RunAsync();
