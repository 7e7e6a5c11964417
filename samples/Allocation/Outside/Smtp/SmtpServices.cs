using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Allocation.Outside.Smtp;

/// <summary>Mails go through the server that the book's variable <c>EMAIL_HOST</c> names; without it they are written to the log.</summary>
internal static class SmtpServices
{
    public static void AddSmtp(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<INotifications, LoggedNotifications>();
        if (AddressOfBook(configuration) is { } address)
        {
            services.AddSingleton(address);
            services.Replace(ServiceDescriptor.Singleton<INotifications, SmtpNotifications>());
        }
    }

    internal static SmtpAddress? AddressOfBook(IConfiguration configuration) =>
        configuration["EMAIL_HOST"] is { Length: > 0 } host ? new SmtpAddress(host, host == "localhost" ? 11025 : 1025) : null;
}
