using Allocation.Api;
using Microsoft.AspNetCore.Builder;

namespace Allocation.Tests.Http;

public sealed class TheDefaultPort
{
    [Test]
    public void Is_the_one_of_the_book_when_nothing_else_is_said()
    {
        Assert.That(UrlsWith([]), Is.EqualTo("http://localhost:5005"));
    }

    [TestCase("urls", "http://localhost:7000", "http://localhost:7000")]
    [TestCase("http_ports", "8080", null)]
    [TestCase("Kestrel:Endpoints:Http:Url", "http://localhost:7000", null)]
    public void Yields_to_every_setting_that_names_another(string setting, string value, string? urls)
    {
        Assert.That(UrlsWith(new() { [setting] = value }), Is.EqualTo(urls));
    }

    private static string? UrlsWith(Dictionary<string, string?> settings)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        foreach (var (setting, value) in settings)
        {
            builder.Configuration[setting] = value;
        }

        builder.ListenByDefaultOn("http://localhost:5005");
        return builder.WebHost.GetSetting("urls");
    }
}
