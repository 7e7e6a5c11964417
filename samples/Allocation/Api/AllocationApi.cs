using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Allocation.Domain;
using Allocation.Handlers;
using Anywise.Domain;
using Microsoft.Net.Http.Headers;

namespace Allocation.Api;

/// <summary>The door to the world: turns requests into commands and queries, and what goes wrong into answers.</summary>
internal static class AllocationApi
{
    public static IServiceCollection AddAllocationApi(this IServiceCollection services)
    {
        services.AddApiDocument();
        services.AddValidation();
        services.AddProblemDetails();
        services.AddExceptionHandler<Problems>();
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true); // so that Problems can name the field
        return services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.PropertyNamingPolicy = new LowerCase();
            options.SerializerOptions.DictionaryKeyPolicy = new LowerCase(); // the fields in a problem document
            options.SerializerOptions.PropertyNameCaseInsensitive = false;
            options.SerializerOptions.AllowDuplicateProperties = false;
            options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict; // "10" is a text
        });
    }

    /// <summary>The port of the book, unless a command line, an environment variable or a settings file names another.</summary>
    public static void ListenByDefaultOn(this WebApplicationBuilder builder, string url)
    {
        string[] settings = ["urls", "http_ports", "https_ports", "Kestrel:Endpoints"];
        if (!settings.Any(setting => builder.Configuration.GetSection(setting).Exists()))
        {
            builder.WebHost.UseUrls(url);
        }
    }

    public static void UseAllocationApi(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.Use(RefuseOtherEncodings);

        app.MapApiDocument();

        app.MapPost("/add_batch", async (AddBatchRequest request, IDispatcher dispatcher, CancellationToken cancellationToken) =>
        {
            await dispatcher.SendAsync(new CreateBatch(request.Ref, request.Sku, request.Qty, request.Eta), cancellationToken);
            return TypedResults.Text("OK", statusCode: StatusCodes.Status201Created);
        }).WithSummary("Stock was bought.").Answers(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status409Conflict);

        app.MapPost("/allocate", async (AllocateRequest request, IDispatcher dispatcher, CancellationToken cancellationToken) =>
        {
            await dispatcher.SendAsync(new Allocate(request.OrderId, request.Sku, request.Qty), cancellationToken);
            return TypedResults.Text("OK", statusCode: StatusCodes.Status202Accepted);
        }).WithSummary("Finds a batch for an order line.").Answers(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status409Conflict);

        app.MapGet("/allocations/{**orderid:minlength(1)}", async (
            [RegularExpression(Key.Characters, ErrorMessage = Key.Refusal)] string orderid, IDispatcher dispatcher, CancellationToken cancellationToken) =>
        {
            var id = orderid.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase); // the one character that ASP.NET Core leaves encoded
            var lines = await dispatcher.SendAsync(new AllocationsOfOrder(id), cancellationToken);
            return lines.Count == 0 ? Results.NotFound() : Results.Ok(lines);
        }).WithSummary("Where the lines of an order will be shipped from.")
            .Produces<IReadOnlyList<AllocatedLine>>().ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>Tells the document of the API.</summary>
    private static RouteHandlerBuilder Answers(this RouteHandlerBuilder endpoint, int status) =>
        endpoint.Produces<string>(status, "text/plain").ProducesValidationProblem().ProducesProblem(StatusCodes.Status415UnsupportedMediaType);

    /// <summary>JSON is UTF-8. ASP.NET Core would convert other encodings, and fail on those that it does not know, such as UTF-8 in quotes.</summary>
    private static Task RefuseOtherEncodings(HttpContext http, RequestDelegate next)
    {
        if (http.Request.GetTypedHeaders().ContentType is not { Charset.HasValue: true } contentType)
        {
            return next(http);
        }

        if (!HeaderUtilities.RemoveQuotes(contentType.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        {
            return Results.Problem("Send the body in UTF-8.", statusCode: StatusCodes.Status415UnsupportedMediaType).ExecuteAsync(http);
        }

        http.Request.ContentType = contentType.MediaType.Value;
        return next(http);
    }

    /// <summary>Fields are named as in the book, where 'OrderId' is 'orderid'.</summary>
    private sealed class LowerCase : JsonNamingPolicy
    {
        public override string ConvertName(string name) => name.ToLowerInvariant();
    }
}
