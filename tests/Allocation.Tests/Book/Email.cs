using Allocation.Tests.Support;

namespace Allocation.Tests.Book;

public sealed class Email : MailTest
{
    [Test, Book("integration/test_email.py::test_out_of_stock_email")]
    public async Task Out_of_stock_email()
    {
        Server.Start();
        await AddBatchAsync("batch1", "POPULAR-CURTAINS", 9);

        await AllocateAsync("order1", "POPULAR-CURTAINS", 10);

        var mail = Server.Mails.Single();
        Assert.That(mail.From.Mailboxes.Single().Address, Is.EqualTo("allocations@example.com"));
        Assert.That(mail.To.Mailboxes.Single().Address, Is.EqualTo("stock@made.com"));
        Assert.That(mail.Subject, Is.EqualTo("allocation service notification"));
        Assert.That(mail.TextBody?.TrimEnd(), Is.EqualTo("Out of stock for POPULAR-CURTAINS"));
    }
}
