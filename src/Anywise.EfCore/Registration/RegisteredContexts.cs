using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore.Registration;

/// <summary>The contexts that an application has registered, of which it may not have used any yet.</summary>
internal static class RegisteredContexts
{
    public static IEnumerable<Type> Of(AnywiseBuilder anywise) => anywise.Services
        .Select(service => service.ServiceType)
        .Where(service => service.IsConstructedGenericType && service.GetGenericTypeDefinition() == typeof(DbContextOptions<>))
        .Select(options => options.GetGenericArguments()[0])
        .Distinct();
}
