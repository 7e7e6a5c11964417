using System.ComponentModel.DataAnnotations;
using Allocation.Api;
using Allocation.Domain;
using Anywise.Domain;
using Microsoft.Extensions.FileProviders;

namespace Allocation.Live;

/// <summary>A page that shows what happens while it happens: the stock, the allocations, and what caused what.</summary>
internal static class LivePage
{
    /// <summary>Everything comes from here, nothing is inline, and nobody frames it.</summary>
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static IServiceCollection AddLivePage(this IServiceCollection services) =>
        services.AddSingleton<LiveFeed>().AddSingleton<LiveStream>();

    /// <remarks>The files are inside the assembly, so that the page is there from whatever folder the application is started.</remarks>
    public static void UseLivePage(this WebApplication app)
    {
        var stream = app.Services.GetRequiredService<LiveStream>(); // listens from now on

        app.UseFileServer(new FileServerOptions
        {
            FileProvider = new EmbeddedFileProvider(typeof(LivePage).Assembly, "Allocation.Live.Page"),
            StaticFileOptions = { OnPrepareResponse = file => Protect(file.Context.Response.Headers) },
        });

        var live = app.MapGroup("/live").ExcludeFromDescription();
        live.MapGet("/stream", (CancellationToken cancellationToken) => TypedResults.ServerSentEvents(stream.ReadAsync(cancellationToken)));
        live.MapPost("/change_batch_quantity", async (ChangeRequest request, IDispatcher dispatcher, CancellationToken cancellationToken) =>
        {
            await dispatcher.SendAsync(new ChangeBatchQuantity(request.BatchRef, request.Qty), cancellationToken);
            return TypedResults.Text("OK", statusCode: StatusCodes.Status202Accepted);
        });
    }

    private static void Protect(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-cache";
    }

    /// <summary>The book lets only Redis say so; the fields are those of the message there.</summary>
    public sealed record ChangeRequest
    {
        [Display(Name = "batchref"), Required, StringLength(Key.MaxLength), RegularExpression(Key.Characters, ErrorMessage = Key.Refusal)]
        public required string BatchRef { get; init; }

        [Display(Name = "qty"), Range(0, int.MaxValue)]
        public required int Qty { get; init; }
    }
}
