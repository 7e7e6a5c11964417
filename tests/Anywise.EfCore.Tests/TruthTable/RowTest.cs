using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore.Tests.TruthTable;

/// <summary>What the rows of the truth table have in common.</summary>
public abstract class RowTest(Calls calls) : ShopTest
{
    protected Calls Calls { get; } = calls;

    /// <summary>Stores orders before the situation begins.</summary>
    protected async Task GivenAsync(params string[] names)
    {
        foreach (var name in names)
        {
            await AddAsync(NewContext(), name);
        }

        EfCore.Forget();
    }

    protected async Task AddAsync(DbContext context, params string[] names)
    {
        Array.ForEach(names, name => context.Add(new Order(name)));
        await Calls.SaveAsync(context);
    }

    /// <summary>A reaction that saves other orders with the context that EF Core is busy with.</summary>
    protected Func<DbContext, CancellationToken, Task> SaveWithTheSameContext(params string[] names) => (context, _) => AddAsync(context, names);
}
