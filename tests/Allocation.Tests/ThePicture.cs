using Allocation.Tests.Support;
using Anywise.EfCore.Inspection;
using Microsoft.Extensions.DependencyInjection;

namespace Allocation.Tests;

public sealed class ThePicture : ApiTest
{
    [Test]
    public async Task In_the_documentation_is_that_of_the_sample_as_it_is_now()
    {
        var page = await Page.ReadAsync("docs/dispatching.md");

        var picture = App.Services.GetRequiredService<IAnywiseInspector>().ToMermaid();

        Assert.That(page, Does.Contain($"```mermaid\n{picture}```"), "Run 'dotnet run --project samples/Allocation -- anywise describe --mermaid' and paste what it writes.");
    }
}
