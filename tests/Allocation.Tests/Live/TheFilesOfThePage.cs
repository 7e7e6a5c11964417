using System.Net;
using System.Text.RegularExpressions;
using Allocation.Tests.Support;

namespace Allocation.Tests.Live;

public sealed partial class TheFilesOfThePage : ApiTest
{
    [Test]
    public async Task Come_from_the_service_itself_and_refer_to_nothing_else()
    {
        Queue<string> waiting = new([""]);
        HashSet<string> seen = [""];
        while (waiting.TryDequeue(out var path))
        {
            var text = await Client.GetStringAsync(new Uri($"/{path}", UriKind.Relative));
            Assert.That(text.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal), Does.Not.Contain("//www").And.Not.Match("https?:"), path);
            foreach (var file in References().Matches(text).Select(reference => reference.Groups[1].Value).Where(seen.Add))
            {
                waiting.Enqueue(file);
            }
        }

        Assert.That(seen, Is.EquivalentTo(new[] { "", "icon.svg", "live.css", "live.js", "forms.js", "happenings.js", "stock.js", "element.js" }));
    }

    [TestCase("/", "text/html")]
    [TestCase("/live.js", "text/javascript")]
    [TestCase("/live.css", "text/css")]
    public async Task Allow_nothing_inline_and_nothing_from_elsewhere(string path, string type)
    {
        using var response = await Client.GetAsync(new Uri(path, UriKind.Relative));

        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo(type));
        var policy = response.Headers.GetValues("Content-Security-Policy").Single().Split("; ");
        Assert.That(policy, Is.SupersetOf(new[] { "default-src 'none'", "script-src 'self'", "style-src 'self'", "base-uri 'none'", "frame-ancestors 'none'" }));
        Assert.That(string.Concat(policy), Does.Not.Contain("unsafe").And.Not.Contain("*").And.Not.Contain("data:"));
        Assert.That(response.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(new[] { "nosniff" }));
    }

    [TestCase("/Live.Page.index.html")]
    [TestCase("/..%2Fappsettings.json")]
    [TestCase("/appsettings.json")]
    [TestCase("/live")]
    public async Task Are_all_that_can_be_read(string path)
    {
        using var response = await Client.GetAsync(new Uri(path, UriKind.Relative));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [GeneratedRegex("""(?:src=|href=|import |from )["'](?:\./)?([^"'#]+)["']""")]
    private static partial Regex References();
}
