using Anywise.EfCore.Tests.Support;

namespace Anywise.EfCore.Tests;

public sealed class ImplicitTransactionOnSqlite : ImplicitTransactionContract
{
    protected override TestDatabase NewDatabase() => new SqliteDatabase();
}
