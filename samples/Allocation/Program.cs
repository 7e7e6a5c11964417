using Allocation.Api;
using Allocation.Data;
using Allocation.Demo;
using Allocation.Health;
using Allocation.Live;
using Allocation.Outside.Redis;
using Allocation.Outside.Smtp;

var builder = WebApplication.CreateBuilder(args);
builder.ListenByDefaultOn("http://localhost:5005");

builder.Services.AddAnywise(anywise =>
{
    anywise.AddHandlersFrom<Program>().AddLoggingBehavior();
    anywise.IsConflict = Conflicts.IsConflict;
});
builder.Services.AddAllocationDatabase();

builder.Services.AddRedis(builder.Configuration);
builder.Services.AddSmtp(builder.Configuration);
builder.Services.AddAllocationApi();
builder.Services.AddLivePage();
builder.Services.AddAllocationHealth();

using var stage = args is ["demo"] ? Stage.Set(builder) : null;
await using var app = builder.Build();
if (app.AnswersAnywise(args))
{
    return;
}

await app.Services.MigrateAllocationDatabaseAsync();
if (stage is not null)
{
    await new Story(app.Services, Stage.Terminal()).TellAsync();
    return;
}

app.UseAllocationApi();
app.UseLivePage();
app.MapAllocationHealth();
await app.RunAsync();
