using System.Net;
using Allocation.Tests.Support;

namespace Allocation.Tests.Outside;

public sealed class AMailServer : MailTest
{
    [Test]
    public async Task That_was_away_holds_up_no_order_and_gets_its_mail_when_it_is_back()
    {
        await AddBatchAsync("b1", "CURTAINS", 9);
        Assert.That(await AllocateAsync("o1", "CURTAINS", 10), Is.EqualTo(HttpStatusCode.Accepted));

        Server.Start();

        await UntilAsync(() => Task.FromResult(Server.Mails.Count == 1), "The mail comes.");
    }
}
