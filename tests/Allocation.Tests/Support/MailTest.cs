using Allocation.Outside.Smtp;

namespace Allocation.Tests.Support;

/// <summary>The application with a mail server, which the test starts.</summary>
public abstract class MailTest : ApiTest
{
    protected MailCatcher Server { get; private set; } = null!;

    protected override Task StartOutsideAsync()
    {
        Server = new MailCatcher();
        return Task.CompletedTask;
    }

    protected override ValueTask EndOutsideAsync() => Server.DisposeAsync();

    protected override AllocationApp NewApp() => new(Database) { Smtp = new SmtpAddress("127.0.0.1", Server.Port) };
}
