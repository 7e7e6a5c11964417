using System.Reflection;
using Anywise.EfCore.Delivering;
using Microsoft.Extensions.Logging;

namespace Anywise.EfCore.Tests.Delivering;

public sealed class TheLog
{
    [Test]
    public void Has_an_id_of_its_own_for_each_sentence() =>
        Assert.That(
            from type in typeof(Log).Assembly.GetTypes()
            from method in type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            let message = method.GetCustomAttribute<LoggerMessageAttribute>()
            where message is not null
            select message.EventId,
            Is.Unique);
}
